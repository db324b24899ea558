import type { Parsed } from '../../contract/index.js';
import type { EntryImages } from '../../data/write/admin-config.js';
import type { Images } from '../../data/write/change.js';
import { giveCodesBack, holdCodes } from '../../domain/invitations/code.js';
import type { Sql } from '../../data/mysql/database.js';
import { keyOf, setColumns } from '../../data/write/rows.js';
import { type Action, type ActionContext, type LockedUser, ownerOf } from './action.js';
import { type BanRow, dropCaches, heldBans } from './ban.js';
import { part } from '../../data/mysql/sql.js';

type UnbanInput = Pick<Parsed<'users.unban'>, 'who' | 'note'>;

/**
 * Lifts bans: the token and the invitation code that the ban took are given back, a new code where somebody else has the old one by now; the config
 * entry and console_bans follow.
 */
export const unban: Action<UnbanInput> = {
  operation: 'users.unban',
  chunk: 2_000,
  already: () => part('COALESCE(u.banned, 0) = 0 AND NOT EXISTS (SELECT 1 FROM console_bans b WHERE b.user_id = u.id)'),
  // Another ban by now is another decision.
  state:
    "COALESCE(u.banned, 0), COALESCE((SELECT CONCAT_WS('|', b.audit_id, b.banned_by, b.banned_at, b.expires_at) FROM console_bans b WHERE b.user_id = u.id), '')",
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
    const { site, config } = context;
    const ids = users.map((user) => keyOf(user.id));
    const names = users.map((user) => user.username);
    // An entry that has nothing to give back is not edited.
    for (const name of names) config.note(name);
    const held = await holdCodes(tx, names);
    const bans = await heldBans(tx, ids);
    const images = await imagesOfBans(tx, [...bans.values()]);
    const codes = await giveCodesBack(
      tx,
      held,
      new Map(users.map((user) => [user.username, bans.get(user.id)?.invitation_code ?? null])),
    );

    const plans = users.map((user) => {
      const row = bans.get(user.id);
      const image = row === undefined ? undefined : images.get(user.username);
      const code = codes.get(user.username) ?? null;
      const back = tokensBack(row?.tvbox_token ?? null, image);
      const entry = entryBack(context, user, image, back.entry);
      return { user, row, code, token: user.tvbox_token ?? back.users, entry };
    });
    await setColumns(
      tx,
      'users',
      'id',
      plans.map(({ user, token }) => ({ key: user.id, values: { banned: 0, tvbox_token: token } })),
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
    dropCaches(change, site.keys, config, names);
  },
};

interface Pair {
  readonly before: Images;
  readonly after: Images;
}

type EntryFields = Readonly<Record<string, unknown>>;

/** What of the config entry the ban has changed, as it was before. */
function entryBefore(image: Pair | undefined): EntryFields | undefined {
  const [was] = (image?.before['config.users'] ?? []) as readonly { readonly fields?: EntryFields }[];
  return was?.fields;
}

/**
 * Where the token of a ban goes back to. What that very ban took stands again as it stood, in `users`, in the entry or in both; a token that is
 * remembered from before a lift past the console, or that the site gave meanwhile, or whose ban the site has set, stands in both.
 */
function tokensBack(
  remembered: string | null,
  image: Pair | undefined,
): { readonly users: string | null; readonly entry: string | null } {
  const users = textOrNull(image?.before['users']?.[0]?.['tvbox_token']);
  const entry = textOrNull(entryBefore(image)?.['tvboxToken']);
  return remembered === (users ?? entry) ? { users, entry } : { users: remembered, entry: remembered };
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
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

/** The config entry as the ban found it: `banned` false (or absent, as it was), and its token unless it has a new one. */
function entryBack(
  { config }: ActionContext<UnbanInput>,
  user: LockedUser,
  image: Pair | undefined,
  back: string | null,
): EntryImages {
  const entry = config.entry(user.username);
  if (entry === null || (entry['banned'] !== true && image === undefined)) return { before: [], after: [] };
  const token = entry['tvboxToken'] ?? back ?? undefined;
  const was = entryBefore(image);
  const banned = was !== undefined && !Object.hasOwn(was, 'banned') ? undefined : false;
  return config.edit(ownerOf(user), { banned, ...(token === undefined ? {} : { tvboxToken: token }) }, false);
}
