import { createHash, randomInt } from 'node:crypto';
import { Refusal } from '../../contract/errors.js';
import type { Parsed } from '../../contract/index.js';
import type { FirstOwnerPreview, SessionState } from '../../contract/session.js';
import { memberOf, setMembers } from '../../data/config/json-text.js';
import { AdminConfig, writeConfigText } from '../../data/write/admin-config.js';
import { type Change, runAudited } from '../../data/write/audited-change.js';
import { createRunner, type Runner } from '../../data/migrations/runner.js';
import { connect } from '../../data/mysql/connect.js';
import type { Sql } from '../../data/mysql/database.js';
import type { Site } from '../../data/site.js';
import { migrationsFolder } from '../connections/migrations-folder.js';
import type { DeskContext } from '../context.js';
import { checkConnectionName } from './connection-name.js';
import { openSite } from './open-site.js';
import { hashPassword } from './passwords.js';
import { type SignInStamp, stampOf } from './operator-rights.js';

type Given = Parsed<'session.firstOwner.preview'>;

/** Users are counted up to this number. Beyond it, it is enough to know that there are more. */
const mostCounted = 10_000;

/**
 * What creating the first owner would do now. Throws conflict if there is an owner, the name is taken, or the database
 * belongs to another application.
 */
export async function previewFirstOwner(given: Given, context: DeskContext): Promise<FirstOwnerPreview> {
  const found = await siteWithoutOwner(context);
  return look(found, given, context.signal);
}

/**
 * Creates the missing tables of the site and the console, then the first owner with everything that a user has, and
 * signs them in. Nobody can sign in yet to unlock a locked connection, so its name is typed with the call. If the site
 * has users, the call must match its preview. Throws read_only, invalid_input (another name), stale_preview (also if
 * there was no preview), and everything that the preview and the migrations throw.
 */
export async function firstOwner(given: Parsed<'session.firstOwner'>, context: DeskContext): Promise<void> {
  const { desk, signal, origin } = context;
  const { connection: typed, fingerprint } = given;
  if (typed !== undefined) checkConnectionName(desk, typed, 'connection');
  else if (desk.locked) throw locked();
  const found = await siteWithoutOwner(context);
  const { site } = found;
  const plan = await look(found, given, signal);
  const previewed = fingerprint !== undefined;
  const hadUsers = plan.users.count > 0;
  if (previewed ? fingerprint !== plan.fingerprint : hadUsers) {
    // If an owner was created in the meantime, throw that error instead: it says more.
    await siteWithoutOwner(context);
    throw stale(previewed);
  }

  await runnerOf(site).apply({ signal });
  desk.refresh();
  const author = { operator: given.username, role: 'owner', origin };
  const { value: stamp } = await runAudited(
    site,
    { author, operation: 'session.firstOwner', input: { username: given.username, password: '***' } },
    (work) => createOwner(work, site, given, { previewed, hadUsers }),
    signal,
  );
  desk.refresh();
  if (desk.site !== site)
    throw new Refusal('conflict', { zh: '期间连接已更换', en: 'Another connection was opened meanwhile' });
  desk.signIn({ username: given.username, role: 'owner' }, stamp);
}

interface Found {
  readonly site: Site;
  readonly database: SessionState['database'];
}

/** The open site, and what its database is now. */
async function siteWithoutOwner({ desk, signal }: DeskContext): Promise<Found> {
  const site = openSite(desk);
  const { database, needsOwner } = await desk.state(signal);
  if (database === 'foreign')
    throw new Refusal('conflict', {
      zh: '这个数据库属于另一个应用，没有做任何改动',
      en: 'This database belongs to another application; nothing was changed',
    });
  if (!needsOwner) throw taken();
  return { site, database };
}

function runnerOf(site: Site): Runner {
  return createRunner({ connection: () => connect(site.config.mysql), folder: migrationsFolder() });
}

/**
 * What it would do now. The fingerprint covers the account, the steps of the migrations, and whether there are users.
 * It does not cover their number, which changes on a running site while somebody reads the preview.
 */
async function look({ site, database }: Found, { username }: Given, signal: AbortSignal): Promise<FirstOwnerPreview> {
  const users = database === 'empty' ? 0 : await countUsers(site, signal);
  if (users > 0) await refuseTaken(site.db, username);
  const planned = await runnerOf(site).plan();
  const steps = planned.map(({ file, steps: all }) => [file, ...all.map(({ sql }) => sql)]);
  const hash = createHash('sha256').update(JSON.stringify([username, database, users > 0, steps]));
  return {
    fingerprint: hash.digest('hex').slice(0, 40),
    username,
    users: { count: Math.min(users, mostCounted), exact: users <= mostCounted },
    files: planned.map(({ file, steps: all }) => ({
      file,
      steps: all.filter(({ skip }) => skip !== true).length,
    })),
  };
}

async function countUsers(site: Site, signal: AbortSignal): Promise<number> {
  const [row] = await site.db.rows<{ found: string }>(
    `SELECT COUNT(*) AS found FROM (SELECT 1 FROM users LIMIT ${String(mostCounted + 1)}) some`,
    [],
    signal,
  );
  return Number(row?.found ?? 0);
}

async function refuseTaken(sql: Sql, username: string): Promise<void> {
  const same = await sql.rows('SELECT 1 AS found FROM users WHERE username = ?', [username]);
  if (same.length > 0)
    throw new Refusal(
      'conflict',
      { zh: '已有同名用户', en: 'There is a user of this name' },
      { hint: { zh: '换一个用户名。', en: 'Choose another name.' } },
    );
}

async function createOwner(
  work: Change,
  site: Site,
  { username, password }: Given,
  { previewed, hadUsers }: { readonly previewed: boolean; readonly hadUsers: boolean },
): Promise<SignInStamp> {
  const { tx } = work;
  await tx.run(
    "INSERT INTO admin_configs (config_key, config_value) VALUES ('main_config', '{}') ON DUPLICATE KEY UPDATE id = admin_configs.id",
  );
  // If two consoles do this at once, the second waits here and then finds an owner.
  const config = await AdminConfig.lockWhole(tx);
  // If the only row belongs to something else, it is not changed.
  if (config.row?.id === undefined || config.row.id === null)
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
  await refuseTaken(tx, username);
  // Users may have appeared or disappeared while the tables were created.
  const hasUsers = (await tx.rows('SELECT 1 AS found FROM users LIMIT 1')).length > 0;
  if (hasUsers !== hadUsers) throw stale(previewed);

  const invitationCode = codeOf(16);
  const hash = hashPassword(password);
  const { insertId } = await tx.run(
    "INSERT INTO users (username, password_hash, role, banned, tags, enabled_apis) VALUES (?, ?, 'owner', FALSE, '[]', '[]')",
    [username, hash],
  );
  await tx.run('INSERT INTO user_points (username, invitation_code) VALUES (?, ?)', [username, invitationCode]);
  await config.load([username]);
  while (config.entry(username) !== null) config.remove(username);
  config.edit({ username, role: 'owner', createdAt: null }, { createdAt: Date.now() }, true);
  const entry = { ...config.entry(username) };
  await config.save(tx);
  const text = config.json?.text ?? config.row.text;
  const shut = withoutRegistration(text);
  if (shut !== text) await writeConfigText(tx, config.row.id, shut);
  work.tally('database', 2);
  work.tally('config', 1);
  // The first owner cannot be undone: nobody would be left to sign in.
  work.places['incomplete'] = 1;
  work.invalidate([
    site.keys.of('adminConfig'),
    site.keys.of('configSettings'),
    site.keys.of(config.touched.family),
    ...site.keys.cachesOfUser(username),
  ]);
  work.record({
    kind: 'user',
    target: username,
    before: {},
    after: {
      users: [{ username, role: 'owner' }],
      user_points: [{ username, invitation_code: invitationCode, balance: 0 }],
      'config.users': [entry],
    },
  });
  return stampOf({ id: insertId, password_hash: hash });
}

/**
 * The site's config with registration switched off, if the config does not say whether people may register. Everything
 * else stays as written.
 */
function withoutRegistration(config: string): string {
  const users = memberOf(config, 'UserConfig');
  const shut = new Map([['AllowRegister', 'false']]);
  if (users !== undefined && users !== 'null' && memberOf(users, 'AllowRegister') !== undefined) return config;
  const section = users === undefined || users === 'null' ? setMembers('{}', shut) : setMembers(users, shut);
  return setMembers(config, new Map([['UserConfig', section]]));
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

function locked(): Refusal {
  return new Refusal(
    'read_only',
    { zh: '连接已锁定为只读', en: 'The connection is locked read-only' },
    {
      hint: {
        zh: '还没有人能登录解锁：请同时输入连接名称（connection）。',
        en: 'Nobody can sign in to unlock it yet: type the connection’s name with it (connection).',
      },
      details: { fields: [{ field: 'connection', problem: 'required' }] },
    },
  );
}

function stale(previewed: boolean): Refusal {
  return new Refusal(
    'stale_preview',
    previewed
      ? { zh: '预览之后数据库已有变化', en: 'The database is no longer as the preview showed it' }
      : { zh: '站点已有用户，须先预览再创建站长', en: 'The site has users: making an owner is previewed first' },
    { hint: { zh: '重新预览再确认。', en: 'Preview it, then confirm.' } },
  );
}
