import { randomInt } from 'node:crypto';
import { Refusal } from '../../contract/errors.js';
import { type Change, change } from '../../storage/change.js';
import { createRunner } from '../../storage/migrations/runner.js';
import { connect } from '../../storage/mysql/connect.js';
import type { Site } from '../../storage/site.js';
import { migrationsFolder } from '../connections/migrations-folder.js';
import type { DeskContext } from '../context.js';
import { openSite } from './open-site.js';
import { hashPassword } from './passwords.js';

/**
 * Makes the site's tables and the console's, then the first owner with everything a user has, and signs them in.
 * Throws conflict where the site has an owner already or the database is another application's; and what the migrations throw.
 */
export async function firstOwner(
  given: { readonly username: string; readonly password: string },
  context: DeskContext,
): Promise<void> {
  const { desk, signal, origin } = context;
  const site = openSite(desk);
  const { database, needsOwner } = await desk.state(signal);
  if (database === 'foreign')
    throw new Refusal('conflict', {
      zh: '这个数据库属于另一个应用，没有做任何改动',
      en: 'This database belongs to another application; nothing was changed',
    });
  if (!needsOwner) throw taken();

  await createRunner({ connection: () => connect(site.config.mysql), folder: migrationsFolder() }).apply({ signal });
  desk.refresh();
  const author = { operator: given.username, role: 'owner', origin };
  await change(
    site,
    { author, operation: 'session.firstOwner', input: { username: given.username, password: '***' } },
    (work) => createOwner(work, site, given),
    signal,
  );
  desk.refresh();
  if (desk.site !== site)
    throw new Refusal('conflict', { zh: '期间连接已更换', en: 'Another connection was opened meanwhile' });
  desk.signIn({ username: given.username, role: 'owner' });
}

async function createOwner(
  work: Change,
  site: Site,
  { username, password }: { readonly username: string; readonly password: string },
): Promise<null> {
  const { tx } = work;
  await tx.run(
    "INSERT INTO admin_configs (config_key, config_value) VALUES ('main_config', '{}') ON DUPLICATE KEY UPDATE id = admin_configs.id",
  );
  // Two consoles at once: the second waits here, and then finds an owner.
  const [row] = await tx.rows<{ config_value: string }>(
    "SELECT config_value FROM admin_configs WHERE config_key = 'main_config' FOR UPDATE",
  );
  // Where the only row is another's, that one is left alone.
  if (row === undefined)
    throw new Refusal(
      'unsupported',
      {
        zh: '站点的 admin_configs 里没有 main_config，也放不下它',
        en: 'The site’s admin_configs has no main_config and no room for it',
      },
      {
        hint: {
          zh: '先让站点自己写入 main_config，再创建站长。',
          en: 'Let the site write its main_config first, then make the owner.',
        },
      },
    );
  const owners = await tx.rows("SELECT 1 AS found FROM users WHERE role = 'owner' LIMIT 1");
  if (owners.length > 0) throw taken();
  const same = await tx.rows('SELECT 1 AS found FROM users WHERE username = ?', [username]);
  if (same.length > 0)
    throw new Refusal(
      'conflict',
      { zh: '已有同名用户', en: 'There is a user of this name' },
      { hint: { zh: '换一个用户名。', en: 'Choose another name.' } },
    );

  const invitationCode = codeOf(16);
  await tx.run(
    "INSERT INTO users (username, password_hash, role, banned, tags, enabled_apis) VALUES (?, ?, 'owner', FALSE, '[]', '[]')",
    [username, hashPassword(password)],
  );
  await tx.run('INSERT INTO user_points (username, invitation_code) VALUES (?, ?)', [username, invitationCode]);
  const entry = { username, role: 'owner', createdAt: Date.now() };
  await tx.run("UPDATE admin_configs SET config_value = ? WHERE config_key = 'main_config'", [
    JSON.stringify(withUser(row.config_value, entry)),
  ]);
  work.count('database', 2);
  work.count('config', 1);
  // A site's first owner is not taken back: there would be nobody left to do it.
  work.places['incomplete'] = 1;
  work.drop([site.keys.of('adminConfig'), ...site.keys.cachesOfUser(username)]);
  work.touch({
    kind: 'user',
    target: username,
    before: {},
    after: {
      users: [{ username, role: 'owner' }],
      user_points: [{ username, invitation_code: invitationCode, balance: 0 }],
      'config.users': [entry],
    },
  });
  return null;
}

/** The site's config with one more user; whatever else it holds stays. */
function withUser(config: string, entry: { readonly username: string }): unknown {
  const root = recordOf(JSON.parse(config));
  const users = recordOf(root['UserConfig']);
  const list: readonly unknown[] = Array.isArray(users['Users']) ? users['Users'] : [];
  const others = list.filter((one) => recordOf(one)['username'] !== entry.username);
  return { ...root, UserConfig: { AllowRegister: false, ...users, Users: [...others, entry] } };
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

const symbols = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

function codeOf(length: number): string {
  return Array.from({ length }, () => symbols[randomInt(symbols.length)]).join('');
}

function taken(): Refusal {
  return new Refusal(
    'conflict',
    { zh: '站点已有站长', en: 'The site has an owner already' },
    { hint: { zh: '用站长账号登录。', en: 'Sign in with the owner’s account.' } },
  );
}
