// @module-tag long
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engines } from '../../sandbox/database.js';
import type { Engine } from '../../sandbox/types.js';
import { imported, reportedFile } from '../fixtures/card-files.js';
import { openTestSite, type TestSite } from '../helpers.js';
import { addPeople } from '../fixtures/users.js';

/** MySQL writes two random indexes at a third of MariaDB's speed, so a fifth of the lines is enough. */
const lines: Readonly<Record<Engine, number>> = { mariadb: 1_000_000, mysql: 200_000 };
const types = ['year', 'quarter', 'month', 'week'] as const;

interface Generated {
  readonly counts: { readonly new: number; readonly duplicate: number; readonly malformed: number };
  readonly types: readonly { readonly type: string; readonly count: number }[];
  /** XOR of the first eight bytes of all new keys' hashes: the table must have the same value. */
  readonly mix: bigint;
}

const keyOf = (at: number): string =>
  `M${createHash('md5').update(String(at)).digest('hex').slice(0, 19).toUpperCase()}`;
const head = (key: string): bigint => createHash('sha256').update(key).digest().readBigUInt64BE();

/**
 * A CSV in which every hundredth line repeats an earlier one, and every thousandth is invalid. The counts are kept
 * while it is written.
 */
async function generate(path: string, count: number): Promise<Generated> {
  const file = createWriteStream(path);
  const counts = { new: 0, duplicate: 0, malformed: 0 };
  const perType = new Map<string, number>();
  let mix = 0n;
  let text = 'key,type,state,created_at,expires_at\r\n';
  for (let at = 0; at < count; at += 1) {
    const type = types[at % 4] ?? 'month';
    if (at % 1_000 === 999) {
      counts.malformed += 1;
      text +=
        [`${keyOf(at)},decade,,,`, `=1+(${String(at)}),${type},,,`, `${keyOf(at)},${type},,,2040-01-01`][
          ((at / 1_000) % 3) | 0
        ] ?? '';
    } else if (at % 100 === 50) {
      counts.duplicate += 1;
      // Repeats a line that was new: neither invalid nor a repetition.
      text += `${keyOf(at - 49)},${type},unused,2026-11-01T00:00:00Z,2037-01-01T00:00:00Z`;
    } else {
      counts.new += 1;
      perType.set(type, (perType.get(type) ?? 0) + 1);
      const key = keyOf(at);
      mix ^= head(key);
      text += `${key},${type},unused,2026-11-01T00:00:00Z,2037-01-01T00:00:00Z`;
    }
    text += '\r\n';
    if (text.length < 1_000_000) continue;
    if (!file.write(text)) await once(file, 'drain');
    text = '';
  }
  file.end(text);
  await finished(file);
  return {
    counts,
    types: types.map((type) => ({ type, count: perType.get(type) ?? 0 })),
    mix,
  };
}

describe.each(engines())('a large file of card keys into %s', (engine) => {
  let desk: TestSite;
  beforeAll(async () => {
    desk = await openTestSite(engine);
    await addPeople(desk.site.db, [{ username: 'boss', role: 'owner' }]);
  });
  afterAll(() => desk.close());

  test(`of ${String(lines[engine])} lines is told exactly, imported wholly, and adds nothing the second time`, async () => {
    const path = join(desk.folder, 'large.csv');
    const made = await generate(path, lines[engine]);
    const report = await reportedFile(desk, path);
    expect(report).toMatchObject({
      lines: lines[engine],
      counts: { ...made.counts, existing: 0, conflict: 0, used: 0 },
      types: made.types,
    });
    const job = await imported(desk, report);
    expect(job).toMatchObject({ state: 'done', done: made.counts.new, skipped: 0 });
    const [table] = await desk.site.db.rows<{ cards: string; mix: string; wrong: string }>(
      `SELECT COUNT(*) AS cards, BIT_XOR(CONV(LEFT(key_hash, 16), 16, 10)) AS mix, SUM(key_hash <> SHA2(plain_key, 256)) AS wrong FROM card_keys`,
    );
    expect([Number(table?.cards), BigInt(table?.mix ?? 0), Number(table?.wrong)]).toEqual([
      made.counts.new,
      made.mix,
      0,
    ]);
    const [batch] = await desk.site.db.rows<{ issued: string; cards: string; staged: string }>(
      `SELECT b.issued, (SELECT SUM(r.cards) FROM console_card_ranges r WHERE r.batch_id = b.id) AS cards, (SELECT COUNT(*) FROM console_card_import_rows) AS staged
       FROM console_card_batches b WHERE b.id = (SELECT batch_id FROM console_card_imports WHERE id = ?)`,
      [report.importId],
    );
    expect([batch?.issued, batch?.cards, batch?.staged].map(Number)).toEqual([made.counts.new, made.counts.new, 0]);

    const again = await reportedFile(desk, path);
    expect(again.counts).toEqual({
      new: 0,
      duplicate: made.counts.duplicate,
      existing: made.counts.new,
      conflict: 0,
      used: 0,
      ended: 0,
      malformed: made.counts.malformed,
    });
  }, 300_000);
});
