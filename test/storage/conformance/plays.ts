import { expect, it } from 'vitest';
import { aPlay, awkwardKeys, freshName, type Given, refused, seconds, somebody } from './subject.js';

/** Plays: each under `source+id`, complete, and never older than the last write. */
export function playTests(given: Given): void {
  it('keeps every field', async () => {
    const { storage, other, traits } = given();
    const user = await somebody(storage);
    const record = aPlay(traits.keepsOriginalEpisodes ? { original_episodes: 24 } : {});
    await storage.setPlayRecord(user, 'src+1', record);
    for (const one of [storage, other]) {
      expect(await one.getPlayRecord(user, 'src+1')).toEqual(record);
      expect(await one.getAllPlayRecords(user)).toEqual({ 'src+1': record });
    }
    const { remarks: _r, douban_id: _d, type: _t, ...least } = aPlay({ cover: '', year: '', search_title: '' });
    await other.setPlayRecord(user, 'src+1', least);
    for (const one of [storage, other]) expect(await one.getPlayRecord(user, 'src+1')).toEqual(least);
  });

  it('has nothing where nothing was played', async () => {
    const { storage } = given();
    const user = await somebody(storage);
    expect(await storage.getPlayRecord(user, 'src+1')).toBeNull();
    expect(await storage.getAllPlayRecords(user)).toEqual({});
    expect(await storage.getPlayRecord(freshName(), 'src+1')).toBeNull();
    expect(await storage.getAllPlayRecords(freshName())).toEqual({});
    await storage.deletePlayRecord(user, 'src+1');
    await storage.deletePlayRecord(freshName(), 'src+1');
  });

  it('takes awkward keys for what they are', async () => {
    const { storage, other } = given();
    const user = await somebody(storage);
    const records = Object.fromEntries(awkwardKeys.map((key, at) => [key, aPlay({ index: at + 1 })]));
    for (const [key, record] of Object.entries(records)) await storage.setPlayRecord(user, key, record);
    for (const one of [storage, other]) {
      expect(await one.getAllPlayRecords(user)).toEqual(records);
      for (const key of awkwardKeys) expect(await one.getPlayRecord(user, key)).toEqual(records[key]);
    }
    await other.deletePlayRecord(user, 'src+1');
    expect(await storage.getPlayRecord(user, 'src+1')).toBeNull();
    expect(Object.keys(await storage.getAllPlayRecords(user)).sort()).toEqual(
      awkwardKeys.filter((key) => key !== 'src+1').sort(),
    );
    expect(await storage.getAllUsers()).not.toContain(`${user}:pr:src+x`);
  });

  it('refuses a key that is none', async () => {
    const { storage } = given();
    const user = await somebody(storage);
    await refused(storage.setPlayRecord(user, 'nosource', aPlay()), 'invalid_input');
    await refused(storage.setPlayRecord(user, '+1', aPlay()), 'invalid_input');
    await refused(storage.setPlayRecordsBatch(user, { 'src+1': aPlay(), wrong: aPlay() }), 'invalid_input');
    expect(await storage.getAllPlayRecords(user)).toEqual({});
  });

  it('says what it does with the plays of nobody', async () => {
    const { storage, traits } = given();
    const nobody = freshName();
    if (!traits.keepsRecordsOfNobody) {
      await refused(storage.setPlayRecord(nobody, 'src+1', aPlay()), 'not_found');
      expect(await storage.getAllPlayRecords(nobody)).toEqual({});
      return;
    }
    await storage.setPlayRecord(nobody, 'src+1', aPlay());
    expect(Object.keys(await storage.getAllPlayRecords(nobody))).toEqual(['src+1']);
  });

  it('writes a batch whole, over what is there', async () => {
    const { storage, other } = given();
    const user = await somebody(storage);
    await storage.setPlayRecord(user, 'src+0', aPlay({ index: 99 }));
    expect(Object.keys(await other.getAllPlayRecords(user))).toEqual(['src+0']);
    const many = Object.fromEntries(Array.from({ length: 450 }, (_, at) => [`src+${at}`, aPlay({ index: at + 1 })]));
    await storage.setPlayRecordsBatch(user, many);
    for (const one of [storage, other]) expect(await one.getAllPlayRecords(user)).toEqual(many);
    await storage.setPlayRecordsBatch(user, {});
    expect(Object.keys(await other.getAllPlayRecords(user))).toHaveLength(450);
  });

  it('shows each write and deletion to the other at once', async () => {
    const { storage, other } = given();
    const user = await somebody(storage);
    for (let round = 1; round <= 15; round++) {
      const [writer, reader] = round % 2 ? [storage, other] : [other, storage];
      await writer.setPlayRecord(user, 'src+1', aPlay({ play_time: round }));
      expect(await reader.getPlayRecord(user, 'src+1')).toMatchObject({ play_time: round });
      expect((await reader.getAllPlayRecords(user))['src+1']?.play_time).toBe(round);
      if (round % 3) continue;
      await writer.deletePlayRecord(user, 'src+1');
      expect(await reader.getPlayRecord(user, 'src+1')).toBeNull();
      expect(await reader.getAllPlayRecords(user)).toEqual({});
    }
  });

  it('loses no write of many at once', async () => {
    const { storage, other } = given();
    const user = await somebody(storage);
    const batches = Array.from({ length: 12 }, (_, at) => ({
      [`src+${at}a`]: aPlay({ index: at + 1, save_time: seconds(-at) }),
      [`src+${at}b`]: aPlay({ index: at + 1 }),
      'src+shared': aPlay({ index: at + 1 }),
    }));
    await Promise.all([
      ...batches.map((batch, at) => (at % 2 ? storage : other).setPlayRecordsBatch(user, batch)),
      ...batches.map((_, at) => (at % 2 ? other : storage).getAllPlayRecords(user)),
    ]);
    const [mine, theirs] = [await storage.getAllPlayRecords(user), await other.getAllPlayRecords(user)];
    expect(Object.keys(mine)).toHaveLength(25);
    expect(mine).toEqual(theirs);
    expect(await storage.getPlayRecord(user, 'src+shared')).toEqual(mine['src+shared']);
  });
}
