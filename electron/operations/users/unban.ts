import type { Parsed } from '../../contract/index.js';
import type { EntryImages } from '../../storage/admin-config.js';
import type { Images } from '../../storage/change.js';
import type { Parameter, Sql } from '../../storage/mysql/database.js';
import { keyOf, setColumns } from '../../storage/rows.js';
import { type Action, type ActionContext, type LockedUser, ownerOf } from './action.js';
import { type BanRow, dropCaches, heldBans, heldPoints } from './ban.js';
import { part } from './sql.js';

type UnbanInput = Pick<Parsed<'users.unban'>, 'who' | 'note'>;

/** Lifts bans: what the ban took is given back where it is still free (token, invitation code), the config entry and console_bans follow. */
export const unban: Action<UnbanInput> = {
  operation: 'users.unban',
  chunk: 2_000,
  already: () => part('COALESCE(u.banned, 0) = 0 AND NOT EXISTS (SELECT 1 FROM console_bans b WHERE b.user_id = u.id)'),
  // Another ban by now is another decision.
  state:
    "COALESCE(u.banned, 0), COALESCE((SELECT CONCAT_WS('|', b.audit_id, b.expires_at) FROM console_bans b WHERE b.user_id = u.id), '')",
  effects: {},
  endsSessions: () => false,
  detail: (user) => ({ role: user.role, banned: user.banned === 1 }),
  statements: () => [
    'UPDATE users SET banned = 0, tvbox_token = <as before the ban> WHERE id IN (…)',
    'UPDATE user_points SET invitation_code = <as before the ban> WHERE id IN (…)',
    'DELETE FROM console_bans WHERE user_id IN (…)',
    "UPDATE admin_configs SET config_value = <UserConfig.Users[].banned = false> WHERE config_key = 'main_config'",
  ],
  async apply(change, context, users) {
    const { tx } = change;
    const { site } = context;
    const ids = users.map((user) => keyOf(user.id));
    const names = users.map((user) => user.username);
    const points = await heldPoints(tx, names);
    const bans = await heldBans(tx, ids);
    const images = await imagesOfBans(tx, [...bans.values()]);
    const taken = await takenCodes(tx, [...bans.values()]);

    const plans = users.map((user) => {
      const row = bans.get(user.id);
      const image = row === undefined ? undefined : images.get(user.username);
      const code = codeBack(points.get(user.username), row, image, taken);
      const token =
        user.tvbox_token ??
        (image === undefined
          ? (row?.tvbox_token ?? null)
          : ((image.before['users']?.[0]?.['tvbox_token'] as string | null | undefined) ?? null));
      return { user, row, token, code, entry: entryBack(context, user, image) };
    });
    await setColumns(
      tx,
      'users',
      'id',
      plans.map(({ user, token }) => ({ key: user.id, values: { banned: 0, tvbox_token: token } })),
    );
    await setColumns(
      tx,
      'user_points',
      'id',
      plans.flatMap(({ code }) => (code === null ? [] : [{ key: code.id, values: { invitation_code: code.to } }])),
    );
    if (bans.size > 0) await tx.run('DELETE FROM console_bans WHERE user_id IN (?)', [ids]);

    for (const { user, row, token, code, entry } of plans) {
      change.touch({
        kind: 'user',
        target: user.username,
        before: {
          users: [{ id: user.id, banned: user.banned, tvbox_token: user.tvbox_token }],
          ...(code === null ? {} : { user_points: [{ id: code.id, invitation_code: code.from }] }),
          'config.users': entry.before,
          console_bans: row === undefined ? [] : [{ ...row }],
        },
        after: {
          users: [{ id: user.id, banned: 0, tvbox_token: token }],
          ...(code === null ? {} : { user_points: [{ id: code.id, invitation_code: code.to }] }),
          'config.users': entry.after,
          console_bans: [],
        },
      });
    }
    change.count('database', users.length);
    change.count('config', plans.filter(({ entry }) => entry.after.length > 0).length);
    change.count('tvbox', plans.filter(({ user, token }) => token !== user.tvbox_token).length);
    change.count('invitation_code', plans.filter(({ code }) => code !== null).length);
    dropCaches(change, site.keys, names);
  },
};

interface Pair {
  readonly before: Images;
  readonly after: Images;
}

/** The images that the bans left in the audit, by name. */
async function imagesOfBans(tx: Sql, bans: readonly BanRow[]): Promise<Map<string, Pair>> {
  const images = new Map<string, Pair>();
  for (const audit of new Set(bans.map((row) => String(row.audit_id)))) {
    const names = bans.filter((row) => String(row.audit_id) === audit).map((row) => row.username);
    const rows = await tx.rows<{ target: string; before_image: string | null; after_image: string | null }>(
      "SELECT target, before_image, after_image FROM console_audit_targets WHERE audit_id = ? AND kind = 'user' AND target IN (?)",
      [keyOf(audit), names],
    );
    for (const row of rows) {
      images.set(row.target, {
        before: JSON.parse(row.before_image ?? '{}') as Images,
        after: JSON.parse(row.after_image ?? '{}') as Images,
      });
    }
  }
  return images;
}

/** Remembered codes that stand in some row by now. */
async function takenCodes(tx: Sql, bans: readonly BanRow[]): Promise<ReadonlySet<string>> {
  const codes = bans.flatMap((row): Parameter[] => (row.invitation_code === null ? [] : [row.invitation_code]));
  if (codes.length === 0) return new Set();
  const rows = await tx.rows<{ invitation_code: string }>(
    'SELECT invitation_code FROM user_points WHERE invitation_code IN (?)',
    [codes],
  );
  return new Set(rows.map((row) => row.invitation_code.toLowerCase()));
}

interface Code {
  readonly id: string;
  readonly from: string;
  readonly to: string;
}

/** The invitation code to give back: none if the site gave another meanwhile, or somebody else has it. */
function codeBack(
  points: { readonly id: string; readonly invitation_code: string } | undefined,
  row: BanRow | undefined,
  image: Pair | undefined,
  taken: ReadonlySet<string>,
): Code | null {
  const to = row?.invitation_code ?? null;
  if (points === undefined || to === null || taken.has(to.toLowerCase())) return null;
  const suspended = image?.after['user_points']?.[0]?.['invitation_code'];
  if (suspended !== undefined && suspended !== points.invitation_code) return null;
  return { id: points.id, from: points.invitation_code, to };
}

/** The config entry as the ban found it: `banned` false (or absent, as it was), and its own token unless it has a new one. */
function entryBack({ config }: ActionContext<UnbanInput>, user: LockedUser, image: Pair | undefined): EntryImages {
  const entry = config.entry(user.username);
  if (entry === null || (entry['banned'] !== true && image === undefined)) return { before: [], after: [] };
  const [was] = (image?.before['config.users'] ?? []) as readonly {
    readonly fields?: Readonly<Record<string, unknown>>;
  }[];
  const token = entry['tvboxToken'] ?? was?.fields?.['tvboxToken'];
  const banned = was?.fields !== undefined && !Object.hasOwn(was.fields, 'banned') ? undefined : false;
  return config.edit(ownerOf(user), { banned, ...(token === undefined ? {} : { tvboxToken: token }) }, false);
}
