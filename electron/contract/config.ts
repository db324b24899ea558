import * as z from 'zod';
import { as, change, read } from './kit.js';
import { define } from './operation.js';

/**
 * Where the entries of the site's users are kept. document: in the config's JSON, as sites do. rows: a row each, so that a change of one user waits for
 * nobody else's. leaving: in rows, on their way back; the site works, and the move is to be ended or called off.
 */
export type EntriesHome = 'document' | 'rows' | 'leaving';

/** The settings of the site and the entries of its users, as they are kept. */
export interface ConfigState {
  readonly home: EntriesHome;
  /** Migration 0005 has run: the entries can be moved. */
  readonly movable: boolean;
  /** Entries in rows, of a large site by the server's own guess (`exact` false); null while they are in the document. */
  readonly entries: { readonly count: number; readonly exact: boolean } | null;
  /** Bytes of the config's own row. */
  readonly bytes: number;
  /** When and by whom they were moved last; ISO-8601. */
  readonly movedAt: string | null;
  readonly movedBy: string | null;
  /** How often entries were found in the document again after the move (written by the site's own code), and taken apart; when last. */
  readonly foundAgain: number;
  readonly foundAt: string | null;
}

/** What a move is about. */
export interface ConfigMovePlan {
  readonly fingerprint: string;
  readonly to: 'rows' | 'document';
  readonly entries: number;
  /** Entries that say something else than their user's row, by field: what the site reads stays as it is. */
  readonly drifted: Readonly<Record<string, number>>;
  readonly driftedSample: readonly string[];
  /** Entries of users who are not there. */
  readonly withoutUser: number;
  /** Names that stand more than once, of which the first counts. */
  readonly doubled: readonly string[];
  /** Elements of the list that are nobody's entry. */
  readonly odd: number;
  /** Bytes of the whole document. */
  readonly bytes: number;
}

export interface ConfigMoved {
  readonly home: 'rows' | 'document';
  readonly entries: number;
  readonly auditId: string;
}

export const config = {
  'config.state': read<ConfigState>()({
    summary: { zh: '查看站点配置的存放方式', en: 'How the site’s config is kept' },
    input: z.strictObject({}),
  }),
  ...change('config.move', {
    summary: { zh: '迁移用户配置条目', en: 'Move the users’ config entries' },
    input: z.strictObject({ to: z.enum(['rows', 'document']) }),
    preview: as<ConfigMovePlan>(),
    answer: as<ConfigMoved>(),
    role: 'owner',
    needs: 'config',
    timeLimit: 600_000,
    previewTimeLimit: 120_000,
    example: { to: 'rows' },
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
