import { createHash, randomBytes, scrypt } from 'node:crypto';
import type { Changed } from '../../contract/common.js';
import { Refusal } from '../../contract/errors.js';
import type { Parsed } from '../../contract/index.js';
import { AdminConfig } from '../../data/write/admin-config.js';
import type { Sql } from '../../data/mysql/database.js';
import { keyParameter } from '../../data/write/row-writer.js';
import { proofOf } from '../audit/proof.js';
import type { SiteContext } from '../context.js';
import { TrackedRows } from '../../domain/tracked-rows.js';
import { lockUsers, ownerOf, UserWork } from './user-change.js';
import { differs, storedSpelling } from './names.js';
import { judge } from './selection.js';
import { part } from '../../data/mysql/sql.js';

/** As newer sites do it: the salt is used as text. */
function derive(password: string, salt: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, 64, { N: 16_384, r: 8, p: 1 }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}

/**
 * Sets a new password, hashed in the same way as the current one: scrypt, or the SHA-256 that every site verifies.
 * Sessions end. Neither the audit nor its images contain the password or a hash, so this cannot be undone. Throws
 * not_found, forbidden, conflict (the typed name differs from the stored one).
 */
export async function resetPassword(
  { username, password }: Parsed<'users.password'>,
  context: SiteContext,
): Promise<Changed> {
  const { author, site, operator } = context;
  const { auditId } = await context.change(async (change) => {
    const { tx } = change;
    const stored = await storedSpelling(tx, username);
    if (stored === null) throw new Refusal('not_found', { zh: '没有这个用户', en: 'There is no such user' });
    if (differs(username, stored.username)) throw calledOtherwise(stored.username);
    const config = await AdminConfig.lock(tx);
    const [user] = await lockUsers(tx, [stored.username], judge(operator, part('FALSE'), "''"));
    if (user === undefined) throw new Refusal('not_found', { zh: '没有这个用户', en: 'There is no such user' });
    if (user.verdict !== 'changed' && user.verdict !== 'self') {
      throw new Refusal('forbidden', {
        zh: '不能重置站长或其他管理员的密码',
        en: 'The password of an owner or of another admin cannot be reset',
      });
    }
    if (user.verdict === 'self') await context.lockRights(tx);
    await config.load([user.username]);
    const present = await hashOf(tx, user.id);
    const hash = await hashFor(present, password);
    const work = new UserWork(change, { site, author, input: null, config });
    work.track(new TrackedRows('users')).edit({ id: user.id, password_hash: present }, { password_hash: hash });
    work.done(user);
    // Without `work.editEntry`, which would put the hash into an image.
    const inConfig = config.entry(user.username)?.['password'] !== undefined;
    if (inConfig) config.edit(ownerOf(user), { password: hash }, false);
    await work.finish([user], true);
    if (inConfig) change.tally('config', 1);
    change.places['incomplete'] = 1;
    return null;
  });
  return { done: true, changed: 1, skipped: [], proof: await proofOf(site, auditId) };
}

/** Without a preview, this refusal is the only place to tell the stored name. */
function calledOtherwise(stored: string): Refusal {
  return new Refusal(
    'conflict',
    { zh: `站点中的这个用户名是“${stored}”`, en: `The site calls this user “${stored}”` },
    {
      hint: {
        zh: '数据库把两个名字视为同一个。确认无误后，按站点中的写法输入。',
        en: 'The database takes both names for one. If they are meant, type the name as the site has it.',
      },
      details: { stored },
    },
  );
}

async function hashOf(tx: Sql, id: string): Promise<string | null> {
  const [user] = await tx.rows<{ password_hash: string }>('SELECT password_hash FROM users WHERE id = ?', [
    keyParameter(id),
  ]);
  return user?.password_hash ?? null;
}

/** In the form of the user's current hash: the site may not be able to verify the other form. */
async function hashFor(present: string | null, password: string): Promise<string> {
  if (present?.includes(':') !== true) return createHash('sha256').update(password).digest('hex');
  const salt = randomBytes(16).toString('hex');
  return `${salt}:${(await derive(password, salt)).toString('hex')}`;
}
