import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cacheTests } from './cache.js';
import { cardTests } from './cards.js';
import { configTests } from './config.js';
import { favoriteTests } from './favorites.js';
import { invitationTests } from './invitations.js';
import { playTests } from './plays.js';
import { pointTests } from './points.js';
import { searchTests } from './search.js';
import { sessionTests } from './sessions.js';
import { skipTests } from './skips.js';
import { statisticsTests } from './statistics.js';
import { aPlay, type Given, somebody, type Subject } from './subject.js';
import { banTests } from './bans.js';
import { userTests } from './users.js';

const parts: [string, (given: Given) => void][] = [
  ['users', userTests],
  ['bans', banTests],
  ['plays', playTests],
  ['favourites', favoriteTests],
  ['search history', searchTests],
  ['configuration', configTests],
  ['skips', skipTests],
  ['cards', cardTests],
  ['points', pointTests],
  ['invitations', invitationTests],
  ['statistics', statisticsTests],
  ['sessions', sessionTests],
  ["the site's cache", cacheTests],
];

/**
 * What every storage of a site does, on any engine. Registers the same tests for each; if engines differ for good
 * reasons, the subject's traits say how, and the test says what is right there.
 */
export function conformance(name: string, make: () => Promise<Subject>): void {
  describe(`a storage: ${name}`, () => {
    let subject: Subject;
    const given = (): Subject => subject;
    beforeAll(async () => {
      subject = await make();
      await subject.storage.setAdminConfig({ UserConfig: { AllowRegister: true, Users: [], Tags: [] } });
    });
    afterAll(() => subject?.close());

    describe.each(parts)('%s', (_, tests) => {
      tests(given);
    });

    it('clears all data, and goes on afterwards', async () => {
      const { storage, other } = subject;
      const user = await somebody(storage);
      await storage.setPlayRecord(user, 's+1', aPlay());
      await storage.setCache('kept', 1);
      expect(await other.getPlayRecord(user, 's+1')).not.toBeNull();
      await storage.clearAllData();
      for (const one of [storage, other]) {
        expect(await one.getAllUsers()).toEqual([]);
        expect(await one.getUserInfoV2(user)).toBeNull();
        expect(await one.getAllPlayRecords(user)).toEqual({});
        expect(await one.getAllCardKeys()).toEqual([]);
        expect(await one.getCache('kept')).toBeNull();
      }
      const next = await somebody(storage);
      expect(await other.checkUserExist(next)).toBe(true);
    });
  });
}
