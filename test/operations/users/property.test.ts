import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engines } from '../../sandbox/database.js';
import { openTestSite, type TestSite } from '../helpers.js';
import { addPeople, consistent } from '../fixtures/users.js';

describe.each(engines())('any sequence on %s', (engine) => {
  let desk: TestSite;
  beforeAll(async () => {
    desk = await openTestSite(engine);
    await addPeople(desk.site.db, [
      { username: 'boss', role: 'owner' },
      { username: 'helper', role: 'admin' },
    ]);
  });
  afterAll(() => desk.close());

  test('any run of bans, unbans, tags and undos keeps table, config and console_bans of one mind', async () => {
    const names = ['p1', 'p2', 'p3', 'p4'];
    await addPeople(
      desk.site.db,
      names.map((username) => ({ username, token: `tok-${username}`, entry: username === 'p4' ? null : {} })),
    );
    const step = fc.record({
      what: fc.constantFrom('ban', 'unban', 'tag', 'untag', 'undo'),
      who: fc.subarray(names, { minLength: 1 }),
      which: fc.nat(5),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (steps) => {
        const audits: string[] = [];
        for (const { what, who, which } of steps) {
          if (what === 'undo') {
            const id = audits[audits.length - 1 - (which % Math.max(1, audits.length))];
            if (id === undefined) continue;
            await desk
              .call('audit.undo.preview', { id })
              .then(({ fingerprint }) => desk.call('audit.undo', { id, fingerprint }))
              .catch((error: unknown) => expect(error).toMatchObject({ code: 'conflict' }));
          } else {
            const operation = what === 'untag' ? 'users.tag' : (`users.${what}` as const);
            const input = {
              who: { names: who },
              ...(what === 'ban'
                ? { reason: 'abuse' }
                : what === 'tag'
                  ? { add: ['t'] }
                  : what === 'untag'
                    ? { remove: ['t'] }
                    : {}),
            };
            const { fingerprint } = await desk.call(`${operation}.preview`, input);
            const answer = await desk.call(operation, { ...input, fingerprint });
            if (answer.done && answer.changed > 0) audits.push(answer.proof.auditId);
          }
          await consistent(desk, names);
        }
      }),
      { numRuns: 12, interruptAfterTimeLimit: 30_000 },
    );
  });
});
