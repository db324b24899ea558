import { fileURLToPath } from 'node:url';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KeyFormat } from '../../../electron/contract/cards-issue.js';
import type { CardDetails, FoundCard } from '../../../electron/contract/cards-list.js';
import { addCards, createBatch } from '../../../electron/operations/cards/batch-store.js';
import { hashOf, makeKeys } from '../../../electron/operations/cards/key.js';
import { createRunner } from '../../../electron/data/migrations/runner.js';
import type { Parameter } from '../../../electron/data/mysql/database.js';
import { insertRows } from '../../../electron/data/write/row-writer.js';
import { createDatabase, engines, redisEndpoint } from '../../sandbox/database.js';
import { addStock, doCards, doneAtOnce, undo } from '../fixtures/cards.js';
import { admin, author, codeOf, openSite, openTestSite, type TestSite } from '../helpers.js';
import { addPeople } from '../fixtures/users.js';

const moon: KeyFormat = { kind: 'grouped', prefix: 'MOON', symbols: 16, group: 4 };
const [issued = '', other = ''] = makeKeys(moon, 2);
const siteKey = 'aB3dE5gH7jK9mN1p';
const bound = 'Bound00000000001';
const twins = ['TwinTwinTwinTwi1', 'twintwintwintwi1'];
const odd = "=cmd|'/c calc'!A0 ☾ 卡密";
const early = 'a'.repeat(64);

const future = '2037-01-01 00:00:00';

async function card(desk: TestSite, key: string, more: Readonly<Record<string, Parameter>> = {}): Promise<string> {
  await insertRows(desk.site.db, 'card_keys', [
    {
      key_hash: hashOf(key),
      plain_key: key,
      key_type: 'month',
      status: 'unused',
      created_at: '2026-01-01 00:00:00',
      expires_at: future,
      ...more,
    },
  ]);
  const hash = more['key_hash'] ?? hashOf(key);
  const [row] = await desk.site.db.rows<{ id: string | number }>('SELECT id FROM card_keys WHERE key_hash = ?', [hash]);
  return String(row?.id);
}

/** An audited change, recorded as the console does it. */
async function changed(
  desk: TestSite,
  operation: 'cards.export' | 'cards.revoke' | 'cards.bind',
  target: string,
  before: Record<string, Parameter> | null = null,
  after: Record<string, Parameter> | null = null,
): Promise<string> {
  const { auditId } = await desk.change(operation, (change) => {
    change.record({
      kind: 'card',
      target,
      before: before === null ? {} : { card_keys: [before] },
      after: after === null ? {} : { card_keys: [after] },
    });
    return Promise.resolve(null);
  });
  return auditId;
}

describe.each(engines())('one card key on %s', (engine) => {
  let desk: TestSite;
  let batch: string;
  let ids: readonly string[];
  beforeAll(async () => {
    desk = await openTestSite(engine);
    await addPeople(desk.site.db, [
      { username: 'boss', role: 'owner' },
      { username: 'helper', role: 'admin' },
      { username: 'Bea' },
      {
        username: 'Ann',
        entry: { cardKey: { boundKey: hashOf(bound), expiresAt: 2_114_380_800_000, boundAt: 1_767_571_200_000 } },
      },
    ]);
    const { value } = await desk.change('cards.issue', async (change) => {
      const id = await createBatch(change, author, {
        kind: 'issue',
        type: 'month',
        wanted: 2,
        format: moon,
        expiresAt: future,
        note: 'spring',
        channel: 'shop',
      });
      const added = await addCards(
        change.tx,
        id,
        [issued, other].map((key) => ({
          key,
          type: 'month' as const,
          createdAt: '2026-01-01 00:00:00',
          expiresAt: future,
        })),
      );
      return { id, ids: added.map((each) => each.id) };
    });
    batch = value.id;
    ids = value.ids;
    for (const key of [siteKey, ...twins, odd]) await card(desk, key);
    await card(desk, bound, { status: 'used', bound_to: 'Ann', bound_at: '2026-01-05 00:00:00' });
    await card(desk, early, { key_hash: early });
  });
  afterAll(() => desk.close());

  const find = (text: string): Promise<FoundCard> => desk.call('cards.find', { text });
  const led = async (text: string): Promise<string> => {
    const answer = await find(text);
    if (answer.found) return `${answer.how} ${answer.card.masked}`;
    if (answer.why !== 'several') return answer.why;
    const { cards, missing, more } = answer;
    return `several ${cards.map(({ masked }) => masked).join(' ')} ${String(missing)}${more ? ' more' : ''}`;
  };

  test('a pasted key is found however badly it was pasted', async () => {
    const [tail, bare] = [issued.slice(-4), issued.replaceAll('-', '')];
    const exact = `exact MOON-••••${tail}`;
    const mended = `mended MOON-••••${tail}`;
    expect(await led(issued)).toBe(exact);
    expect(await led(`\t ${issued}\r\n`)).toBe(exact);
    expect(await led(issued.toLowerCase())).toBe(mended);
    expect(await led(bare)).toBe(mended);
    expect(await led(issued.replaceAll('-', ' — '))).toBe(mended);
    expect(await led(bare.replace(/^MOON/, '').toLowerCase())).toBe(mended);
    expect(await led(Array.from(bare).join(' '))).toBe(mended);
    expect(await led(issued.replace(/[A-Z2-9]/g, (symbol) => String.fromCharCode(symbol.charCodeAt(0) + 0xfee0)))).toBe(
      mended,
    );
    expect(await led(hashOf(issued))).toBe(`hash MOON-••••${tail}`);
    expect(await led(` ${hashOf(issued).toUpperCase()} `)).toBe(`hash MOON-••••${tail}`);
  });

  test('a wrong check symbol says so', async () => {
    const last = issued.at(-1) === 'Z' ? 'Y' : 'Z';
    expect(await led(issued.slice(0, -1) + last)).toBe('check_symbol');
    expect(await led((issued.slice(0, -1) + last).toLowerCase().replaceAll('-', ''))).toBe('check_symbol');
    const [unknown = ''] = makeKeys(moon, 1);
    expect(await led(unknown)).toBe('unknown');
  });

  test('keys of the site are found without their capitals where only one reads so', async () => {
    expect(await led(siteKey)).toBe('exact ••••mN1p');
    expect(await led(`${siteKey.slice(0, 4)} ${siteKey.slice(4)}`)).toBe('mended ••••mN1p');
    expect(await led(siteKey.toUpperCase())).toBe('mended ••••mN1p');
    expect(await led(twins[0] ?? '')).toBe('exact ••••Twi1');
    expect(await led(twins[1] ?? '')).toBe('exact ••••twi1');
    expect((await led('TWINTWINTWINTWI1')).toLowerCase()).toBe('several ••••twi1 ••••twi1 0');
  });

  test('a key is found in a cell of CSV, in a sentence, in a message, and ten at once', async () => {
    const mended = `mended MOON-••••${issued.slice(-4)}`;
    const wide = issued.replace(/[A-Z2-9]/g, (symbol) => String.fromCharCode(symbol.charCodeAt(0) + 0xfee0));
    for (const text of [
      `"${issued}"`,
      `'${issued}',`,
      `${issued};month;unused`,
      `"${issued}","month","2037-01-01"`,
      `卡密：${issued}，请尽快使用`,
      `卡密：${wide}，请尽快使用`,
      `您的卡密是${issued}。有效期至2037年1月1日`,
      `Your key: ${issued.toLowerCase()}.`,
      `key=${issued.replaceAll('-', '')}`,
      `Here it is, ${issued.replaceAll('-', ' ')} thanks a lot`,
      `【卡密】${issued}【/卡密】`,
      `<${issued}>`,
    ])
      expect(await led(text), text).toBe(mended);
    expect(await led(`买家 Ann：“${siteKey}”！`)).toBe('mended ••••mN1p');
    const [unknown = ''] = makeKeys(moon, 1);
    const tails = [issued, other].map((key) => `MOON-••••${key.slice(-4)}`).join(' ');
    expect(await led([issued, other].join('\n'))).toBe(`several ${tails} 0`);
    expect(await led(`${issued}; ${other}`)).toBe(`several ${tails} 0`);
    expect(await led(`1. ${issued}\r\n2. ${unknown}\r\n3. ${other}\r\n\r\nthank you`)).toBe(`several ${tails} 1`);
    expect(await led(`${issued}\n${unknown}`)).toBe(`several MOON-••••${issued.slice(-4)} 1`);
    expect(await led(`卡密：${unknown}，请尽快使用`)).toBe('unknown');
    const last = issued.at(-1) === 'Z' ? 'Y' : 'Z';
    expect(await led(`卡密：${issued.slice(0, -1)}${last}，请尽快使用`)).toBe('check_symbol');
  });

  test('a key’s beginning finds it, of which so few symbols are compared that nobody can try the rest', async () => {
    const found = `beginning MOON-••••${issued.slice(-4)}`;
    expect(await led(issued.slice(0, 12))).toBe(found);
    expect(await led(issued.slice(0, 12).toLowerCase().replaceAll('-', ''))).toBe(found);
    expect(await led(issued.slice(5, 12))).toBe(found);
    expect(await led(siteKey.slice(0, 7))).toBe('beginning ••••mN1p');
    // The symbols behind them are no question that is answered: one by one they would give the key away.
    const wrong = Array.from('ABCDEFGH').find((symbol) => symbol !== issued[15]) ?? '';
    expect(await led(issued.slice(0, 15) + wrong)).toBe(found);
    const swap = (text: string, at: number): string =>
      text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
    expect(await led(swap(issued.slice(0, 12), 8))).toBe('unknown');
    expect(await led(swap(issued.slice(0, 12), 10))).toBe(found);
    expect(await led(swap(siteKey.slice(0, 8), 3))).toBe('unknown');
    expect(await led(swap(siteKey.slice(0, 8), 4))).toBe('beginning ••••mN1p');
    expect(await led(early.slice(0, 12))).toBe('unknown');
    expect(await led(`只记得开头：${issued.slice(0, 12)}……`)).toBe(found);
    expect(await led('TwinTw')).toMatch(/^several ••••[Tt]wi1 ••••[Tt]wi1 0$/);
    expect(await led('ABCDE')).toBe('not_a_key');
  });

  test('changes of pasted keys find them so as well, and a line of two names both', async () => {
    const preview = (keys: string[]) => desk.call('cards.revoke.preview', { who: { keys } });
    const masked = async (keys: string[]) => (await preview(keys)).rows.map(({ detail }) => detail['masked']);
    expect(await masked([`卡密：${issued}，`, siteKey.toUpperCase()])).toEqual(
      expect.arrayContaining([`MOON-••••${issued.slice(-4)}`, '••••mN1p']),
    );
    expect((await preview([`${issued} ${other}`])).matching).toBe(2);
    expect((await preview([issued, issued.toLowerCase()])).skipped).toMatchObject([{ why: 'duplicate' }]);
  });

  test('anything else is no key, and harms nothing', async () => {
    expect(await led(odd)).toBe('exact ••••☾ 卡密');
    expect(await led(early)).toBe('hash ••••');
    for (const text of ['你好', '-', '%', '_', '🦊', "' OR 1=1 --", '\u0000', '١٢٣'])
      expect(['not_a_key', 'unknown']).toContain(await led(text));
    expect(await led("x' OR '1'='1' -- 0000")).not.toContain('exact');
    expect(await led('%%%%%%%%%%%%%%%%')).toBe('unknown');
    expect(await led('b'.repeat(64))).toBe('unknown');
  });

  const get = (id: string): Promise<CardDetails> => desk.call('cards.get', { id });
  const told = ({ story }: CardDetails): string[] =>
    story.map(({ what, by, detail }) => `${what} ${by ?? '-'} ${JSON.stringify(detail)}`);

  test('a card tells its whole story', async () => {
    const [id = ''] = ids;
    const hash = hashOf(issued);
    await changed(desk, 'cards.export', `batch:${batch}`);
    await desk.call('cards.reveal', { ids: [id] }, { operator: admin });
    const before = { id, status: 'unused', expires_at: future, plain_key: issued };
    const revoked = await changed(desk, 'cards.revoke', hash, before, {
      ...before,
      status: 'expired',
      expires_at: '2026-02-01 00:00:00',
    });
    await insertRows(desk.site.db, 'console_card_marks', [
      {
        card_id: id,
        key_hash: hash,
        revoked_at: new Date().toISOString().slice(0, 19).replace('T', ' '),
        revoked_by: 'boss',
        reason: 'lost',
        replaced_by: ids[1] ?? null,
        audit_id: revoked,
      },
      { card_id: ids[1] ?? '', key_hash: hashOf(other), replaces: id, audit_id: revoked },
    ]);
    await desk.site.db.run("UPDATE card_keys SET status = 'expired', expires_at = '2026-02-01 00:00:00' WHERE id = ?", [
      id,
    ]);
    const details = await get(id);
    expect(details).toMatchObject({
      id,
      hash,
      state: 'revoked',
      stale: false,
      batch,
      source: null,
      notes: null,
      revoked: { by: 'boss', reason: 'lost' },
      replaces: null,
      replacedBy: { id: ids[1], masked: `MOON-••••${other.slice(-4)}` },
      membership: null,
    });
    expect(told(details)).toEqual([
      `issued boss {"batch":"${batch}","kind":"issue","note":"spring","channel":"shop"}`,
      'exported boss {"operation":"cards.export"}',
      'revealed helper {"operation":"cards.reveal"}',
      'revoked boss {"operation":"cards.revoke","expiresAt":"2026-02-01T00:00:00Z","expiresAtBefore":"2037-01-01T00:00:00Z","status":"expired","statusBefore":"unused"}',
    ]);
    expect(JSON.stringify(details)).not.toContain(issued);
    expect(await get(ids[1] ?? '')).toMatchObject({
      replaces: { id },
      replacedBy: null,
      revoked: null,
      state: 'unused',
    });
  });

  test('what the site bound is told from its row, and whether its config agrees', async () => {
    const [row] = await desk.site.db.rows<{ id: string | number }>('SELECT id FROM card_keys WHERE key_hash = ?', [
      hashOf(bound),
    ]);
    const id = String(row?.id);
    const details = await get(id);
    expect(told(details)).toEqual(['created - {}', 'bound Ann {"user":"Ann"}']);
    expect(details.membership).toEqual({ expiresAt: '2037-01-01T00:00:00.000Z', cards: 1, inConfig: true });
    await desk.site.db.run("UPDATE card_keys SET expires_at = '2026-06-01 00:00:00' WHERE id = ?", [id]);
    expect((await get(id)).membership).toMatchObject({ inConfig: false });
    expect(told(await get(id)).at(-1)).toBe('expired - {}');
    await desk.site.db.run('UPDATE card_keys SET expires_at = ? WHERE id = ?', [future, id]);
    await desk.site.db.run("UPDATE admin_configs SET config_value = '[1]'");
    expect((await get(id)).membership).toMatchObject({ cards: 1, inConfig: false });
  });

  test('a card that went through everything tells it in order, with what was done to others of its user', async () => {
    const [first, second, third] = await addStock(desk, 3);
    if (!first || !second || !third) throw new Error('no cards');
    await desk.site.db.run("UPDATE admin_configs SET config_value = '{}'");
    const bind = async (id: string): Promise<string> =>
      doneAtOnce((await doCards(desk, 'bind', { pairs: [{ card: { id }, username: 'Bea' }] })).answer).auditId;
    await bind(first.id);
    const later = await bind(second.id);
    await undo(desk, later);
    await doCards(desk, 'renew', { who: { names: ['Bea'] }, type: 'week' });
    await doCards(desk, 'unbind', { who: { ids: [first.id] }, afterwards: 'revoke', reason: 'chargeback' });
    await doCards(desk, 'reissue', { who: { ids: [third.id] } });
    const stages = (details: CardDetails): string[] => details.story.map(({ what, by }) => `${what} ${by ?? '-'}`);
    const details = await get(first.id);
    expect(stages(details).filter((stage) => stage !== 'assigned -')).toEqual([
      'created -',
      'bound boss',
      'renewed boss',
      'unbound boss',
    ]);
    expect(details.revoked).toMatchObject({ by: 'boss', reason: 'chargeback' });
    const renewals = details.story.filter(({ what }) => what === 'renewed');
    for (const { detail } of renewals)
      expect(Date.parse(String(detail['expiresAt']))).toBeGreaterThan(Date.parse(String(detail['expiresAtBefore'])));
    expect(stages(await get(second.id))).toEqual(['created -', 'bound boss', 'undone boss']);
    const old = await get(third.id);
    expect(stages(old)).toEqual(['created -', 'reissued boss']);
    const fresh = await get(old.replacedBy?.id ?? '0');
    expect(fresh.replaces?.id).toBe(third.id);
    expect(stages(fresh)[0]).toBe('issued boss');
    for (const { key } of [first, second, third]) expect(JSON.stringify([details, old, fresh])).not.toContain(key);
  });

  test('a card that is not there', async () => {
    expect(await codeOf(get('0'))).toBe('not_found');
    expect(await codeOf(get('99999999999999999999'))).toBe('not_found');
  });

  test('revealing is written down, and leaves nothing plain behind', async () => {
    const key = 'reveal-me-once-1';
    const id = ids[1] ?? '';
    const second = await card(desk, 'Revealed00000001');
    const input = { ids: [id, second, second, '0'] };
    const answer = await desk.call('cards.reveal', input, { operator: admin, key });
    expect(answer.keys.toSorted((a, b) => (a.key < b.key ? -1 : 1))).toEqual([
      { id, key: other },
      { id: second, key: 'Revealed00000001' },
    ]);
    expect(await desk.call('cards.reveal', input, { operator: admin, key })).toEqual(answer);
    const [entry] = await desk.site.db.rows<{ id: string; operator: string; targets: number; outcome: string }>(
      "SELECT id, operator, targets, outcome FROM console_audit WHERE operation = 'cards.reveal' ORDER BY id DESC LIMIT 1",
    );
    expect(entry).toMatchObject({ operator: 'helper', targets: 2, outcome: 'done' });
    const targets = await desk.site.db.rows<{ target: string }>(
      'SELECT target FROM console_audit_targets WHERE audit_id = ? ORDER BY seq',
      [entry?.id ?? ''],
    );
    expect(targets.map(({ target }) => target).sort()).toEqual([hashOf(other), hashOf('Revealed00000001')].sort());
    for (const table of ['console_audit', 'console_audit_targets', 'console_idempotency', 'console_cache_outbox']) {
      const rows = JSON.stringify(
        await desk.site.db.rows(
          `SELECT * FROM ${table}${table === 'console_audit_targets' ? ' WHERE audit_id = ?' : ''}`,
          [entry?.id ?? ''],
        ),
      );
      expect(rows).not.toContain(other);
      expect(rows).not.toContain('Revealed00000001');
    }
    expect((await desk.call('audit.get', { id: String(entry?.id) })).proof.undo).toBe('impossible');
    expect(await codeOf(desk.call('audit.undo', { id: String(entry?.id), fingerprint: '0'.repeat(16) }))).toBe(
      'conflict',
    );
  });

  test('what cannot be revealed is refused', async () => {
    expect(await codeOf(desk.call('cards.reveal', { ids: ['0', '99999999999999999999'] }))).toBe('not_found');
    const found = await find(early);
    expect(await codeOf(desk.call('cards.reveal', { ids: [found.found ? found.card.id : '0'] }))).toBe('unsupported');
    const entries = await desk.site.db.rows(
      "SELECT outcome FROM console_audit WHERE operation = 'cards.reveal' AND operator = 'boss'",
    );
    expect(entries).toEqual([{ outcome: 'failed' }, { outcome: 'failed' }]);
  });
});

describe.each(engines())('card keys of a site without the console’s tables on %s', (engine) => {
  let desk: TestSite;
  let id: string;
  beforeAll(async () => {
    const database = await createDatabase(engine);
    const connection = await createConnection({ ...database.config, dateStrings: true });
    await createRunner({ connection, folder: fileURLToPath(new URL('../../../migrations', import.meta.url)) }).apply({
      only: ['0001_site_schema.sql'],
    });
    await connection.end();
    desk = await openSite({ mysql: database.config, redis: { ...redisEndpoint(), prefix: 'bare:' } }, () =>
      database.drop(),
    );
    id = await card(desk, siteKey);
    await card(desk, 'Expired000000001', { expires_at: '2026-01-08 00:00:00' });
  });
  afterAll(() => desk.close());

  test('are listed, counted, found and told', async () => {
    expect((await desk.call('cards.list', { filter: { states: ['unused'] } })).rows.map((row) => row.id)).toEqual([id]);
    for (const filter of [{ batch: '1' }, { channel: '' }, { exported: 'no' as const }])
      expect((await desk.call('cards.list', { filter })).rows).toEqual([]);
    expect(await desk.call('cards.batches.choices', {})).toEqual({ channels: [], operators: [] });
    expect(await desk.call('cards.batches.figures', {})).toMatchObject({ channels: [] });
    expect(await desk.call('cards.count', { filter: { states: ['revoked'] } })).toEqual({ count: 0, exact: true });
    expect(await desk.call('cards.count', { filter: { states: ['expired'] } })).toEqual({ count: 1, exact: true });
    expect(await desk.call('cards.find', { text: siteKey.toLowerCase() })).toMatchObject({
      found: true,
      how: 'mended',
    });
    expect((await desk.call('cards.get', { id })).story).toEqual([
      { at: '2026-01-01T00:00:00Z', what: 'created', by: null, auditId: null, detail: {} },
    ]);
    expect((await desk.call('cards.stats', {})).expiring.stale).toBe(1);
  });

  test('cannot be revealed: nothing could be written down', async () => {
    expect(await codeOf(desk.call('cards.reveal', { ids: [id] }))).toBe('unsupported');
  });
});
