import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf } from '../../operations/helpers.js';
import { engines } from '../../sandbox/database.js';
import { awkward, openTestParts, play, type TestParts } from './test-storage.js';

describe.each(engines())('plays on %s', (engine) => {
  let site: TestParts;
  beforeAll(async () => {
    site = await openTestParts(engine, 'alice', 'Bob', 'many', 'old', 'gone', 'racer', ...awkward);
  });
  afterAll(() => site.close());

  test('nothing is null and empty, also of nobody and of no key', async () => {
    expect(await site.getPlayRecord('alice', 'none+1')).toBeNull();
    expect(await site.getPlayRecord('alice', 'no plus')).toBeNull();
    expect(await site.getPlayRecord('alice', '+1')).toBeNull();
    expect(await site.getAllPlayRecords('alice')).toEqual({});
    expect(await site.getPlayRecord('nobody', 'a+1')).toBeNull();
    expect(await site.getAllPlayRecords('nobody')).toEqual({});
    expect(await site.getRecentPlays('nobody')).toEqual([]);
    await site.deletePlayRecord('nobody', 'a+1');
    await site.deletePlayRecord('alice', 'a+1');
  });

  test('a record comes back as it was, from Redis and from MySQL, cut at the first plus', async () => {
    const record = play({ remarks: '完结', douban_id: 35_633_650, type: 'tv' });
    for (const name of ['alice', ...awkward]) {
      await site.setPlayRecord(name, 'src+1+2+3', record);
      expect(await site.getPlayRecord(name, 'src+1+2+3')).toEqual(record);
      await site.site.redis.unlink(site.site.keys.of('playRecords', name));
      expect(await site.getPlayRecord(name, 'src+1+2+3')).toEqual(record);
      expect(await site.getAllPlayRecords(name)).toEqual({ 'src+1+2+3': record });
    }
    expect(await site.sql('SELECT source, content_id FROM play_records WHERE username = ?', 'alice')).toEqual([
      { source: 'src', content_id: '1+2+3' },
    ]);
  });

  test('what the table cannot hold is the same before and after the cache is lost', async () => {
    await site.setPlayRecord('alice', 'odd+1', {
      ...play({
        title: '长'.repeat(600),
        cover: `data:${'x'.repeat(2_000)}`,
        play_time: 12.9,
        save_time: 1_700_000_000_789,
      }),
      original_episodes: 12,
    });
    const cached = await site.getPlayRecord('alice', 'odd+1');
    await site.site.redis.unlink(site.site.keys.of('playRecords', 'alice'));
    expect(await site.getPlayRecord('alice', 'odd+1')).toEqual(cached);
    expect(cached).toMatchObject({ title: '长'.repeat(500), cover: '', play_time: 12, save_time: 1_700_000_000_000 });
    await site.deletePlayRecord('alice', 'odd+1');
  });

  test('an upsert keeps the given save_time; the newest comes first', async () => {
    await site.setPlayRecord('many', 'a+1', play({ save_time: 5_000_000 }));
    await site.setPlayRecord('many', 'b+1', play({ save_time: 9_000_000 }));
    await site.setPlayRecord('many', 'a+1', play({ save_time: 7_000_000, index: 4 }));
    expect(await site.getPlayRecord('many', 'a+1')).toEqual(play({ save_time: 7_000_000, index: 4 }));
    expect((await site.getRecentPlays('many')).map(({ key, record }) => [key, record.save_time])).toEqual([
      ['b+1', 9_000_000],
      ['a+1', 7_000_000],
    ]);
    expect(await site.getRecentPlays('many', 1)).toHaveLength(1);
  });

  test('a batch is one change: all or nothing', async () => {
    const records = Object.fromEntries(
      Array.from({ length: 450 }, (_, at) => [`s+${String(at)}`, play({ index: at })]),
    );
    await site.setPlayRecordsBatch('Bob', records);
    expect(await site.getAllPlayRecords('bob')).toEqual(records);
    expect(await codeOf(site.setPlayRecordsBatch('Bob', { 'ok+1': play(), wrong: play() }))).toBe('invalid_input');
    expect(await codeOf(site.setPlayRecordsBatch('Bob', { 'ok+1': play({ index: Number.NaN }) }))).toBe(
      'invalid_input',
    );
    expect(await site.getPlayRecord('Bob', 'ok+1')).toBeNull();
    await site.setPlayRecordsBatch('Bob', {});
  });

  test('another spelling of a name is the same person, with the same keys', async () => {
    await site.setPlayRecord('BOB', 'x+1', play());
    expect(await site.getPlayRecord('bOb', 'x+1')).toEqual(play());
    expect(await site.site.redis.exists(site.site.keys.of('playRecords', 'BOB'))).toBe(0);
    await site.deletePlayRecord('bob', 'x+1');
    expect(await site.getPlayRecord('Bob', 'x+1')).toBeNull();
  });

  test('of two keys that the table takes for one, the last written stays, in Redis as in MySQL', async () => {
    await site.getAllPlayRecords('gone');
    await site.setPlayRecord('gone', 'src+abc', play());
    await site.setPlayRecord('gone', 'src+ABC', play({ index: 9 }));
    await site.deletePlayRecord('gone', 'src+abc');
    const cached = await site.getAllPlayRecords('gone');
    expect(cached).toEqual({ 'src+ABC': play({ index: 9 }) });
    await site.setPlayRecordsBatch('gone', { 'src+x': play({ index: 1 }), 'src+X': play({ index: 2 }) });
    const after = await site.getAllPlayRecords('gone');
    await site.site.redis.unlink(site.site.keys.of('playRecords', 'gone'));
    expect(await site.getAllPlayRecords('gone')).toEqual(after);
    expect(Object.keys(after)).toHaveLength(2);
  });

  test('a deleted record is gone at once, for another process too, and so are the strings of the seed', async () => {
    const other = await site.another();
    await site.setPlayRecord('old', 'a+1', play());
    await other.getAllPlayRecords('old');
    const strings = [site.key('user:old:play_records:a+1'), site.key('user:old:play_records:all')];
    for (const name of strings) await site.site.redis.set(name, '{"title":"stale"}');
    await site.deletePlayRecord('old', 'a+1');
    expect(await other.getPlayRecord('old', 'a+1')).toBeNull();
    expect(await other.getAllPlayRecords('old')).toEqual({});
    expect(await other.getRecentPlays('old')).toEqual([]);
    await expect.poll(() => site.site.redis.exists(...strings)).toBe(0);
  });

  test('a record of nobody is refused, and so is a key without its parts', async () => {
    expect(await codeOf(site.setPlayRecord('nobody', 'a+1', play()))).toBe('not_found');
    expect(await codeOf(site.setPlayRecord('alice', 'a', play()))).toBe('invalid_input');
    expect(await codeOf(site.setPlayRecord('alice', `a+${'x'.repeat(256)}`, play()))).toBe('invalid_input');
  });

  test('writers at once, from two processes, leave Redis and MySQL the same', async () => {
    const other = await site.another();
    await Promise.all(
      Array.from({ length: 60 }, (_, at) => {
        const who = at % 2 === 0 ? site : other;
        const key = `r+${String(at % 5)}`;
        if (at % 7 === 6) return who.deletePlayRecord('racer', key);
        if (at % 3 === 0) return who.getAllPlayRecords('racer');
        return who.setPlayRecord('racer', key, play({ index: at }));
      }),
    );
    const cached = await site.getAllPlayRecords('racer');
    await site.site.redis.unlink(site.site.keys.of('playRecords', 'racer'));
    expect(await other.getAllPlayRecords('racer')).toEqual(cached);
  });

  test('old plays are pruned in batches, and their fields with them; newer ones stay', async () => {
    const now = Date.now();
    const records = Object.fromEntries(
      Array.from({ length: 12 }, (_, at) => [`p+${String(at)}`, play({ save_time: now - at * 10 * 86_400_000 })]),
    );
    await site.addUsers('pruned');
    await site.setPlayRecordsBatch('pruned', records);
    await site.sql("DELETE FROM play_records WHERE username <> 'pruned'");
    expect(Object.keys(await site.getAllPlayRecords('pruned'))).toHaveLength(12);
    expect(await site.pruneOldPlays(45, { batch: 3 })).toBe(7);
    expect(Object.keys(await site.getAllPlayRecords('pruned')).toSorted()).toEqual(['p+0', 'p+1', 'p+2', 'p+3', 'p+4']);
    expect(await site.pruneOldPlays(45)).toBe(0);
    expect(await codeOf(site.pruneOldPlays(0))).toBe('invalid_input');
  });
});
