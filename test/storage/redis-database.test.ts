import { expect, test } from 'vitest';
import { openRedis, type SiteRedis } from '../../electron/data/redis/client.js';
import { codeOf } from '../operations/helpers.js';
import { redisEndpoint, redisPrefix } from '../sandbox/database.js';

const key = `${redisPrefix()}database`;
const far = 9_999;

async function settled(client: SiteRedis, done: () => boolean): Promise<void> {
  await expect.poll(done, { timeout: 10_000, interval: 10 }).toBe(true);
}

test('a database that Redis does not have is refused with a code, and no command runs in another', async () => {
  const home = openRedis({ ...redisEndpoint(), db: 0 });
  const lost = openRedis({ ...redisEndpoint(), db: far });
  const statuses: string[] = [];
  lost.on('ready', () => statuses.push('ready'));
  try {
    await settled(home, () => home.status === 'ready');
    // From the first moment on, also during the greeting.
    const tries: Promise<unknown>[] = [];
    const hammer = setInterval(() => tries.push(lost.set(key, 'wrong').catch((error: unknown) => error)), 1);
    await settled(lost, () => lost.refusal !== null);
    // Through a few more connection attempts.
    await expect.poll(() => tries.length > 300, { timeout: 10_000 }).toBe(true);
    clearInterval(hammer);
    expect((await Promise.all(tries)).filter((answer) => answer === 'OK')).toEqual([]);
    expect(await home.exists(key)).toBe(0);
    expect(statuses).toEqual([]);
    expect(await codeOf(lost.get(key))).toBe('unavailable');
    await lost
      .multi()
      .set(key, 'wrong')
      .exec()
      .catch(() => null);
    expect(lost.refusal?.text.en).toContain(String(far));
    expect(await home.exists(key)).toBe(0);
  } finally {
    home.disconnect();
    lost.disconnect();
  }
});

test('a database that is there is used, also after the connection broke', async () => {
  const [home, other] = [openRedis({ ...redisEndpoint(), db: 0 }), openRedis({ ...redisEndpoint(), db: 7 })];
  try {
    await settled(other, () => other.status === 'ready' && home.status === 'ready');
    await other.set(key, 'mine');
    expect(await home.exists(key)).toBe(0);
    await home.call('CLIENT', 'KILL', 'ID', String(await other.client('ID')));
    await settled(other, () => other.status !== 'ready');
    await settled(other, () => other.status === 'ready');
    expect(other.refusal).toBeNull();
    expect(await other.get(key)).toBe('mine');
    await other.del(key);
  } finally {
    home.disconnect();
    other.disconnect();
  }
});
