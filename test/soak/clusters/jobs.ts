import { setTimeout as sleep } from 'node:timers/promises';
import { hashOf } from '../../../electron/operations/cards/key.js';
import { cardsOf, startIssue } from '../../operations/fixtures/issued.js';
import { all, tally } from '../../operations/fixtures/tally.js';
import { addPeople } from '../../operations/fixtures/users.js';
import type { TestSite } from '../../operations/helpers.js';
import { become, say } from '../../sandbox/sql-cluster.js';
import { must } from './must.js';
import { asked, type Stage } from './stage.js';

/** How long a job may take in all, in milliseconds. */
const longest = 600_000;

/**
 * Kills the node that the console works on in the middle of a job, waits until the job has ended, and brings the node
 * back. Throws if the job does not end as `done`.
 */
async function killedInTheMiddle({ cluster }: Stage, desk: TestSite, database: string, jobId: string, count: number) {
  const from = performance.now();
  const look = async (): Promise<{ state: string; done: number; error: string }> => {
    const [row] = await asked(cluster, `SELECT state, done, error FROM ${database}.console_jobs WHERE id = '${jobId}'`);
    return { state: String(row?.[0]), done: Number(row?.[1]), error: String(row?.[2]) };
  };
  await become('a fifth of the job is done', async () => (await look()).done >= count / 5, longest);
  await sleep(Math.random() * 300);
  const [at] = await desk.site.db.rows<{ port: number }>('SELECT @@port AS port');
  const node = cluster.nodes.find(({ endpoint }) => endpoint.port === Number(at?.port));
  if (node === undefined) throw new Error('The console is on a server that is none of these.');
  await node.kill();
  const killed = performance.now();
  let before = NaN;
  await become('another node answers', async () => Number.isFinite((before = (await look()).done)));
  if (before >= count) throw new Error('The job was over before the node was killed.');
  const ended = async (): Promise<boolean> => ['done', 'failed', 'cancelled', 'paused'].includes((await look()).state);
  await become('the job goes on', async () => (await look()).done > before || (await ended()), longest);
  const standstill = performance.now() - killed;
  await become('the job has ended', ended, longest);
  const { state, done, error } = await look();
  const took = performance.now() - from;
  if (state !== 'done') throw new Error(`The job ended as ${state} at ${String(done)}: ${error}`);
  must('done', done, count);
  const back = performance.now();
  await cluster.rejoin(node);
  return {
    killedAt: before,
    standstillMs: Math.round(standstill),
    ms: Math.round(took),
    rejoinMs: Math.round(performance.now() - back),
  };
}

/** Waits until every node says the same, and that. */
async function everywhere({ cluster }: Stage, sql: string, wanted: readonly number[]): Promise<void> {
  for (const { endpoint } of cluster.nodes) {
    let found: number[] = [];
    await become('the nodes have the same', async () => {
      found = ((await say(endpoint, sql))[0] ?? []).map(Number);
      return JSON.stringify(found) === JSON.stringify(wanted);
    }).catch((error: unknown) => {
      throw new Error(`A node has ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`, { cause: error });
    });
  }
}

/** Issues 200,000 cards: no card twice, and ranges, digests and counts as the book says, on every node. */
export async function issueWithKill(stage: Stage): Promise<Record<string, unknown>> {
  const [count, database] = [200_000, 'soak_issue'];
  const desk = await stage.open(database);
  try {
    const { jobId, batchId } = await startIssue(desk, { type: 'month', count });
    const figures = await killedInTheMiddle(stage, desk, database, jobId, count);
    const cards = await cardsOf(desk, batchId);
    must('cards of the batch', cards.length, count);
    must('different hashes', new Set(cards.map((card) => card.key_hash)).size, count);
    must('different keys', new Set(cards.map((card) => card.plain_key)).size, count);
    must('hashes of other keys', cards.filter((card) => hashOf(card.plain_key) !== card.key_hash).length, 0);
    await everywhere(stage, `SELECT COUNT(*), COUNT(DISTINCT key_hash) FROM ${database}.card_keys`, [count, count]);
    return { cards: count, ...figures };
  } finally {
    await desk.close();
  }
}

/** Two consoles issue 20,000 cards each at the same time: all of them, none twice, and both books are right. */
export async function issueTogether(stage: Stage): Promise<Record<string, unknown>> {
  const [count, database] = [20_000, 'soak_together'];
  const from = performance.now();
  const desks = [await stage.open(database), await stage.openAgain(database)];
  try {
    const issued = await Promise.all(desks.map((desk) => startIssue(desk, { type: 'month', count })));
    const cards = await Promise.all(
      issued.map(async ({ jobId, batchId }, at) => {
        const [desk = unreachable(), other = unreachable()] = at === 0 ? desks : desks.toReversed();
        const { state, done, error } = await desk.settled(jobId);
        must('the job', { state, done, error }, { state: 'done', done: count, error: null });
        return cardsOf(other, batchId);
      }),
    );
    must('different cards', new Set(cards.flat().map((card) => card.key_hash)).size, 2 * count);
    await everywhere(stage, `SELECT COUNT(*) FROM ${database}.card_keys`, [2 * count]);
    return { cards: 2 * count, ms: Math.round(performance.now() - from) };
  } finally {
    for (const desk of desks) await desk.close();
  }
}

function unreachable(): never {
  throw new Error('There are two consoles.');
}

/** Bans 10,000 users: each wholly and once, in every place of a ban, on every node. */
export async function banWithKill(stage: Stage): Promise<Record<string, unknown>> {
  const [count, database] = [10_000, 'soak_ban'];
  const desk = await stage.open(database);
  try {
    await addPeople(
      desk.site.db,
      Array.from({ length: count }, (_, at) => ({ username: `kill${String(at)}`, token: `t${String(at)}` })),
    );
    const input = { who: { filter: { search: 'kill' } }, reason: 'fraud' as const };
    const { fingerprint } = await desk.call('users.ban.preview', input);
    const answer = await desk.call('users.ban', { ...input, fingerprint });
    if (answer.done) throw new Error('was not a job');
    const figures = await killedInTheMiddle(stage, desk, database, answer.jobId, count);
    must('banned', await tally(desk), all(count));
    await everywhere(
      stage,
      `SELECT (SELECT COUNT(*) FROM ${database}.users WHERE banned = 1), (SELECT COUNT(*) FROM ${database}.console_bans), (SELECT COUNT(DISTINCT target) FROM ${database}.console_audit_targets)`,
      [count, count, count],
    );
    return { banned: count, bans: count, audited: count, ...figures };
  } finally {
    await desk.close();
  }
}
