import type { Sql } from '../mysql/database.js';
import { keptSeconds } from './changes.js';

/** How many milliseconds a missing number may still appear: longer than any write lasts after its line in the log. */
const lateMs = 120_000;
/** After so many milliseconds without a look, lines may have been pruned unseen. */
const longestAway = (keptSeconds - 180) * 1_000;
/** Missing numbers that are queried one by one; if there are more, everything from the first one on is read again. */
const mostMissing = 200;

/** What has appeared since the last look. */
export interface NewChanges {
  /** The number of lines per name. */
  readonly names: ReadonlyMap<string, number>;
  /** Call it once the names have been processed: they are not returned again. */
  settle(): void;
}

/**
 * Reads the log of changed entries from where it stopped. A number is assigned when its line is written and becomes
 * visible at the commit. So a number missing below others is queried again until it can no longer appear. Servers that
 * assign every second or third number have many of those.
 */
export class ChangesReader {
  /** Every number up to here was seen, or can no longer appear. */
  #floor: number;
  readonly #seen: Set<number>;
  /** The highest number at each look of the last two minutes. */
  readonly #looks: { readonly at: number; readonly highest: number }[] = [];
  #lookedAt: number;

  private constructor(floor: number, seen: Set<number>, at: number) {
    this.#floor = floor;
    this.#seen = seen;
    this.#lookedAt = at;
  }

  /** Begins here: everything committed until now counts as seen, so the caller reads the entries afterwards. */
  static async begin(sql: Sql): Promise<ChangesReader> {
    const at = Date.now();
    const [old] = await sql.rows<{ seq: string }>(
      'SELECT seq FROM console_config_changes WHERE at < UTC_TIMESTAMP(3) - INTERVAL 120 SECOND ORDER BY at DESC, seq DESC LIMIT 1',
    );
    const floor = Number(old?.seq ?? 0);
    const rows = await sql.rows<{ seq: string }>('SELECT seq FROM console_config_changes WHERE seq > ?', [floor]);
    return new ChangesReader(floor, new Set(rows.map(({ seq }) => Number(seq))), at);
  }

  /** What is new; null if the last look is so long ago that lines may be gone. */
  async read(sql: Sql): Promise<NewChanges | null> {
    const at = Date.now();
    if (at - this.#lookedAt > longestAway || at < this.#lookedAt) return null;
    const highest = Math.max(this.#floor, ...lastOf(this.#seen));
    const missing = this.#missing(highest);
    const rows =
      missing === null
        ? await sql.rows<Row>(`${columns} WHERE seq > ?`, [this.#floor])
        : missing.length === 0
          ? await sql.rows<Row>(`${columns} WHERE seq > ?`, [highest])
          : await sql.rows<Row>(`${columns} WHERE seq > ? OR seq IN (?)`, [highest, missing]);
    const fresh = rows.filter(({ seq }) => !this.#seen.has(Number(seq)));
    const names = new Map<string, number>();
    for (const { username } of fresh) names.set(username, (names.get(username) ?? 0) + 1);
    return {
      names,
      settle: () => {
        for (const { seq } of fresh) this.#seen.add(Number(seq));
        this.#lookedAt = at;
        this.#advance(
          at,
          fresh.reduce((most, { seq }) => Math.max(most, Number(seq)), highest),
        );
      },
    };
  }

  /** Unseen numbers between the floor and the highest; null if there are too many. */
  #missing(highest: number): number[] | null {
    if (highest - this.#floor - this.#seen.size > mostMissing) return null;
    const missing: number[] = [];
    for (let seq = this.#floor + 1; seq < highest; seq += 1) if (!this.#seen.has(seq)) missing.push(seq);
    return missing;
  }

  #advance(at: number, highest: number): void {
    this.#looks.push({ at, highest });
    let floor = this.#floor;
    while (this.#looks[0] !== undefined && this.#looks[0].at < at - lateMs)
      floor = this.#looks.shift()?.highest ?? floor;
    floor = Math.max(floor, this.#floor);
    for (const seq of this.#seen) if (seq <= floor) this.#seen.delete(seq);
    while (this.#seen.delete(floor + 1)) floor += 1;
    this.#floor = floor;
  }
}

interface Row {
  readonly seq: string | number;
  readonly username: string;
}

const columns = 'SELECT seq, CONVERT(username USING utf8mb4) AS username FROM console_config_changes';

/** The highest number of a set, as a list; empty if the set is. */
function lastOf(seen: ReadonlySet<number>): number[] {
  let highest: number | null = null;
  for (const seq of seen) if (highest === null || seq > highest) highest = seq;
  return highest === null ? [] : [highest];
}
