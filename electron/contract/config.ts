import * as z from 'zod';
import { username } from './common.js';
import { as, change, figure, read, shows } from './kit.js';
import { means } from './meaning.js';
import { define } from './operation.js';

/**
 * Where the users' entries are kept. document: in the config's JSON, as sites do. rows: one row each, so that changes
 * of different users do not wait for each other. leaving: in rows, moving back; the site works, and the move must be
 * finished or called off.
 */
export type EntriesHome = 'document' | 'rows' | 'leaving';

/** The site's settings and its users' entries, as they are stored. */
export interface ConfigState {
  readonly home: EntriesHome;
  /** Migration 0005 has run, so the entries can be moved. */
  readonly movable: boolean;
  /** Entries in rows; on a large site the server's estimate (`exact` false). null while they are in the document. */
  readonly entries: { readonly count: number; readonly exact: boolean } | null;
  /** Bytes of the config's own row. */
  readonly bytes: number;
  /** When they were last moved, and by whom; ISO-8601. */
  readonly movedAt: string | null;
  readonly movedBy: string | null;
  /**
   * How often entries written by the site's own code were found in the document after the move and moved to rows; and
   * when last.
   */
  readonly foundAgain: number;
  readonly foundAt: string | null;
}

/** What a move would do. */
export interface ConfigMovePlan {
  readonly fingerprint: string;
  readonly to: 'rows' | 'document';
  readonly entries: number;
  /** Entries that differ from their user's row, by field. The move keeps what the site reads. */
  readonly drifted: Readonly<Record<string, number>>;
  readonly driftedSample: readonly string[];
  /** Entries without a user. */
  readonly withoutUser: number;
  /** Names that occur more than once; the first one counts. */
  readonly doubled: readonly string[];
  /** List elements that are not a user's entry. */
  readonly odd: number;
  /** Bytes of the whole document. */
  readonly bytes: number;
}

export interface ConfigMoved {
  readonly home: 'rows' | 'document';
  readonly entries: number;
  readonly auditId: string;
}

/** A change of a user's entry that somebody has overwritten with an old copy of the config. */
export interface OverwrittenChange {
  readonly username: string;
  readonly field: string;
  /** JSON, before our change and after it; null if absent, or if it is a secret. The entry says `before` again. */
  readonly before: string | null;
  readonly after: string | null;
  /** ISO-8601. */
  readonly at: string;
  readonly by: string;
  /** What was done. */
  readonly label: string;
  /** null: a ban by the site's storage. */
  readonly auditId: string | null;
  /**
   * True if the user's row still says what we wrote, so that it can be applied again. False: both were overwritten,
   * and the change has to be made again.
   */
  readonly again: boolean;
}

export interface Overwritten {
  readonly total: number;
  /**
   * How many of the newest changes were looked at, if there are more: of older ones nothing is known. null: all changes
   * of the last thirty days were looked at.
   */
  readonly onlyNewest: number | null;
  /** The newest 200. */
  readonly changes: readonly OverwrittenChange[];
  /** Stands for all of them: who leaves them as they are says which. */
  readonly seen: string;
}

export interface RestorePlan extends Omit<Overwritten, 'seen'> {
  readonly fingerprint: string;
  /** How many others cannot be applied again here. */
  readonly left: number;
}

export interface Restored {
  readonly changes: number;
  readonly auditId: string;
}

const overwrittenNames = means(
  z.array(username).min(1).max(10_000),
  '只处理这些用户的变更；缺省为全部',
  'Only changes of these users; all of them by default',
).optional();

export const config = {
  'config.state': read<ConfigState>()({
    summary: { zh: '查看站点配置的存放方式', en: 'How the site’s config is kept' },
    input: z.strictObject({}),
  }),
  ...change('config.move', {
    summary: { zh: '迁移用户配置条目', en: 'Move the users’ config entries' },
    input: z.strictObject({
      to: means(
        z.enum(['rows', 'document']),
        '移到哪里：rows 每个用户一行；document 回到配置的 JSON',
        'Where to: rows, one for each user; document, back into the config’s JSON',
      ),
    }),
    preview: shows<ConfigMovePlan>(({ entries }) => figure(entries)),
    answer: as<ConfigMoved>(),
    role: 'owner',
    needs: 'config',
    timeLimit: 600_000,
    previewTimeLimit: 120_000,
    example: { to: 'rows' },
  }),
  'config.overwritten': read<Overwritten>()({
    timeLimit: 30_000,
    needs: 'console',
    summary: { zh: '查看被旧配置覆盖的变更', en: 'Changes that an old copy of the config has overwritten' },
    input: z.strictObject({}),
  }),
  ...change('config.restore', {
    summary: {
      zh: '再次应用被旧配置覆盖的变更',
      en: 'Apply changes again that an old copy of the config has overwritten',
    },
    input: z.strictObject({ names: overwrittenNames }),
    preview: shows<RestorePlan>(({ total }) => figure(total)),
    answer: as<Restored>(),
    role: 'owner',
    example: { names: ['someone'] },
  }),
  'config.dismiss': define<Restored>()({
    scope: 'site',
    kind: 'write',
    role: 'owner',
    needs: 'console',
    timeLimit: 30_000,
    notUndone: { zh: '只是不再提示，没有改动数据', en: 'It only hides them; nothing was changed' },
    summary: { zh: '不再提示被旧配置覆盖的变更', en: 'Leave changes that an old copy of the config has overwritten' },
    input: z.strictObject({
      names: overwrittenNames,
      seen: means(
        z.string().regex(/^[0-9a-f]{40}$/),
        'config.overwritten 答复里的 seen：只有当时看到的变更不再提示',
        'What config.overwritten answers as seen: no other changes are left than those that were looked at',
      ),
    }),
    example: { seen: '0123456789abcdef0123456789abcdef01234567' },
  }),
  'config.move.callOff': define<ConfigMoved>()({
    scope: 'site',
    kind: 'write',
    role: 'owner',
    needs: 'console',
    summary: { zh: '取消未完成的迁回', en: 'Call off a move back that was not ended' },
    input: z.strictObject({}),
  }),
} as const;
