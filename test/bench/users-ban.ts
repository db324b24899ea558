import { benchDesk, type BenchDesk } from './desk.js';
import { median, report, timed } from './report.js';
import { benchSite } from './site.js';

const rounds = 5;
const bulk = 10_000;
/** 10,000 one at a time would take minutes: each round times this many, and both are compared by users per second. */
const singles = 100;

async function ban(desk: BenchDesk, names: readonly string[]): Promise<void> {
  const who = { names: [...names] };
  const { fingerprint } = await desk.call('users.ban.preview', { who, reason: 'fraud' });
  const answer = await desk.call('users.ban', { who, reason: 'fraud', fingerprint });
  if (!answer.done) await desk.settled(answer.jobId);
}

async function unban(desk: BenchDesk, names: readonly string[]): Promise<void> {
  const who = { names: [...names] };
  const { fingerprint } = await desk.call('users.unban.preview', { who });
  const answer = await desk.call('users.unban', { who, fingerprint });
  if (!answer.done) await desk.settled(answer.jobId);
}

async function banned(desk: BenchDesk): Promise<number> {
  return (await desk.call('users.count', { filter: { state: 'banned' }, exact: true })).count;
}

/**
 * `users.ban`: 10,000 users in bulk against one at a time through the same router, preview included, on a site of
 * 20,000.
 */
export async function benchBan(engine: 'mariadb' | 'mysql'): Promise<void> {
  const bench = await benchSite(engine, 20_000);
  const desk = await benchDesk(bench.config);
  try {
    const rows = await desk.site.db.rows<{ username: string }>(
      "SELECT username FROM users WHERE role = 'user' AND NOT COALESCE(banned, 0) ORDER BY id LIMIT ?",
      [bulk + singles],
    );
    const names = rows.map((row) => row.username);
    const many = names.slice(0, bulk);
    const few = names.slice(bulk);
    const before = await banned(desk);
    const ours: number[] = [];
    const reference: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      ours.push(many.length / ((await timed(() => ban(desk, many))) / 1000));
      if ((await banned(desk)) !== before + many.length) throw new Error('the bulk ban is not whole');
      reference.push(
        few.length /
          ((await timed(async () => {
            for (const name of few) await ban(desk, [name]);
          })) /
            1000),
      );
      if ((await banned(desk)) !== before + names.length) throw new Error('the single bans are not whole');
      await unban(desk, many);
      await unban(desk, few);
    }
    report({
      name: 'users.ban',
      ours: median(ours),
      reference: median(reference),
      unit: 'users/s',
      better: 'higher',
      note: `${String(bulk)} in bulk; ${String(singles)} one at a time, ${String(rounds)} rounds`,
    });
  } finally {
    await desk.close();
    await bench.stop();
  }
}
