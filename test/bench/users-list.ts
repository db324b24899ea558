import { createPool, type Pool } from 'mysql2/promise';
import type { Input } from '../../electron/contract/index.js';
import { contract } from '../../electron/contract/index.js';
import { usersQuery } from '../../electron/operations/users/list.js';
import type { Part } from '../../electron/data/mysql/sql.js';
import { connectionOptions } from '../../electron/data/mysql/database.js';
import { type BenchDesk, benchDesk } from './desk.js';
import { median, percentile, report, timed } from './report.js';
import { benchSite } from './site.js';

type ListInput = Input<'users.list'>;

const rounds = 7;
const turns = 60;

/** The pages that operators open: each through the router and, with the same SQL, with only mysql2. */
async function pages(desk: BenchDesk): Promise<Record<string, ListInput>> {
  const deepPoints = await cursorAt(desk, { sort: 'points', limit: 500 }, 100);
  return {
    first: { limit: 50 },
    'filtered by state': { filter: { state: 'banned' }, limit: 50 },
    'filtered by role': { filter: { roles: ['admin', 'owner'] }, sort: 'username', descending: false, limit: 50 },
    'filtered by points': { filter: { pointsMin: 300 }, sort: 'points', limit: 50 },
    'sorted by points': { sort: 'points', limit: 50 },
    'sorted by last login': { sort: 'lastLogin', limit: 50 },
    'sorted by name': { sort: 'username', descending: false, limit: 50 },
    'deep by created': { limit: 50, after: await cursorNear(desk, 900_000) },
    'deep by points': { sort: 'points', limit: 50, after: deepPoints },
  };
}

async function cursorAt(desk: BenchDesk, input: ListInput, pagesDeep: number): Promise<string> {
  let after: string | null = null;
  for (let page = 0; page < pagesDeep; page += 1) {
    const answer: { next: string | null } = await desk.call('users.list', {
      ...input,
      ...(after === null ? {} : { after }),
    });
    if (answer.next === null) break;
    after = answer.next;
  }
  if (after === null) throw new Error('the list is too short');
  return after;
}

/** A cursor `rows` rows deep in the list by creation, without paging there. */
async function cursorNear(desk: BenchDesk, rows: number): Promise<string> {
  const [row] = await desk.site.db.rows<{ id: string | number; created_at: string }>(
    'SELECT id, created_at FROM users ORDER BY created_at DESC, id DESC LIMIT 1 OFFSET ?',
    [rows],
  );
  if (row === undefined) throw new Error('fewer users than expected');
  return usersQuery.cursorAfter(row, {});
}

/** The SQL of a page, as the list asks it. */
function pageSql(desk: BenchDesk, input: ListInput): Promise<Part> {
  return usersQuery.pageSql(contract['users.list'].input.parse(input), { sql: desk.site.db, about: undefined });
}

async function compareLists(desk: BenchDesk, pool: Pool): Promise<void> {
  const kinds = Object.entries(await pages(desk));
  const ours: number[] = [];
  const reference: number[] = [];
  const ask = async (input: ListInput) => {
    const { sql, parameters } = await pageSql(desk, input);
    return {
      ours: () => desk.call('users.list', input),
      reference: () => pool.query({ sql, values: [...parameters] }),
    };
  };
  const asks = await Promise.all(
    kinds.map(async ([name, input]) => ({
      name,
      ...(await ask(input)),
      mine: [] as number[],
      alone: [] as number[],
    })),
  );
  for (const each of asks) for (let turn = 0; turn < 10; turn += 1) await each.ours().then(() => each.reference());
  for (let round = 0; round < rounds; round += 1) {
    const all = { ours: [] as number[], reference: [] as number[] };
    for (let turn = 0; turn < turns; turn += 1) {
      for (const each of asks) {
        const [first, second] = turn % 2 === 0 ? (['ours', 'reference'] as const) : (['reference', 'ours'] as const);
        const times = { [first]: await timed(each[first]), [second]: await timed(each[second]) } as {
          ours: number;
          reference: number;
        };
        all.ours.push(times.ours);
        all.reference.push(times.reference);
        each.mine.push(times.ours);
        each.alone.push(times.reference);
      }
    }
    ours.push(percentile(all.ours, 0.95));
    reference.push(percentile(all.reference, 0.95));
  }
  for (const each of asks) {
    process.stderr.write(
      `  ${each.name}: p95 ours ${percentile(each.mine, 0.95).toFixed(2)} ms, mysql2 alone ${percentile(each.alone, 0.95).toFixed(2)} ms; median ${median(each.mine).toFixed(2)} / ${median(each.alone).toFixed(2)} ms\n`,
    );
  }
  report({
    name: 'users.list',
    ours: median(ours),
    reference: median(reference),
    unit: 'ms',
    better: 'lower',
    note: `p95 of ${String(kinds.length)} kinds of pages, ${String(rounds)} rounds`,
  });
}

/** The same deep page by keyset through the router, and by LIMIT/OFFSET with only mysql2. */
async function compareOffset(desk: BenchDesk, pool: Pool): Promise<void> {
  const input: ListInput = { limit: 50, after: await cursorNear(desk, 900_000) };
  const first = await pageSql(desk, { limit: 50 });
  const sql = first.sql.replace(/LIMIT 51\b/, 'LIMIT 51 OFFSET 900000');
  if (sql === first.sql) throw new Error('the page’s SQL has another form than this benchmark knows');
  const ours: number[] = [];
  const reference: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const times: number[] = [];
    for (let turn = 0; turn < 20; turn += 1) times.push(await timed(() => desk.call('users.list', input)));
    ours.push(median(times));
    reference.push(await timed(() => pool.query({ sql, values: [...first.parameters] })));
  }
  report({
    name: 'users.offset',
    ours: median(ours),
    reference: median(reference),
    unit: 'ms',
    better: 'lower',
    note: '900,000 rows deep',
  });
}

/** `users.list` and `users.offset` on a million users. */
export async function benchLists(engine: 'mariadb' | 'mysql'): Promise<void> {
  const bench = await benchSite(engine, 1_000_000);
  const desk = await benchDesk(bench.config);
  const pool = createPool({ ...connectionOptions(bench.config.mysql), connectionLimit: 1 });
  try {
    await compareLists(desk, pool);
    await compareOffset(desk, pool);
  } finally {
    await pool.end();
    await desk.close();
    await bench.stop();
  }
}
