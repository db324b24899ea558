import { expect, test } from 'vitest';
import { isConnectionLoss, mayBeDone, refusalOf } from '../../../electron/data/mysql/errors.js';
import { ordinaryRefusals } from '../../../electron/data/mysql/error-table.js';

const thrown = (name: number | string): Error =>
  Object.assign(new Error('words of the server'), typeof name === 'number' ? { errno: name } : { code: name });
const codeOf = (name: number | string): string => {
  const refusal = refusalOf(thrown(name));
  return 'code' in refusal ? String(refusal.code) : 'none';
};

test('each error that is known has one refusal, with words in both languages that hint at what to do', () => {
  // A number that says several things has one refusal that fits any message, and it is the last.
  const names = ordinaryRefusals.flatMap(({ of, when }) => (when === undefined ? of : []));
  expect(new Set(names).size).toBe(names.length);
  for (const [at, { of, when }] of ordinaryRefusals.entries())
    if (when !== undefined)
      for (const name of of)
        expect(ordinaryRefusals.slice(at + 1).some((one) => one.when === undefined && one.of.includes(name))).toBe(
          true,
        );
  for (const { of, when, code, text, hint } of ordinaryRefusals) {
    if (when === undefined) for (const name of of) expect([name, codeOf(name)]).toEqual([name, code]);
    for (const words of [text, hint]) {
      expect(words.zh).toMatch(/\p{Script=Han}/u);
      expect(words.en).not.toMatch(/\p{Script=Han}/u);
      expect(words.zh).not.toMatch(/[您你！]/u);
    }
  }
});

test.each([
  [
    'unavailable',
    [1040, 1203, 1226, 1129, 4031, 1927, 2013, 2006, 1053, 1047, 1180, 3100, 9001, 1317, 1021, 1114, 1041, 3],
  ],
  ['conflict', [1205, 1213, 3101]],
  ['unsupported', [1153, 1290, 'AUTH_SWITCH_PLUGIN_ERROR']],
  ['read_only', [1792, 1836, 1874, 1036]],
  ['forbidden', [1862, 1820, 3118, 4151]],
  ['not_found', [1049]],
] as const)('is %s', (code, names) => {
  expect(names.map((name) => [name, codeOf(name)])).toEqual(names.map((name) => [name, code]));
});

test.each([
  [1226, "User 'site' has exceeded the 'max_questions' resource (current value: 5)", /in this hour/],
  [1226, "User 'site' has exceeded the 'max_queries_per_hour' resource (current value: 5)", /in this hour/],
  [1226, "User 'site' has exceeded the 'max_updates' resource (current value: 5)", /in this hour/],
  [1226, "User 'site' has exceeded the 'max_connections_per_hour' resource (current value: 5)", /in this hour/],
  [1226, "User 'site' has exceeded the 'max_user_connections' resource (current value: 3)", /no more connections/],
  [
    1290,
    'The MySQL server is running with the --super-read-only option so it cannot execute this statement',
    /is read-only/,
  ],
  [
    1290,
    'The MariaDB server is running with the --read-only option so it cannot execute this statement',
    /is read-only/,
  ],
  [1290, 'The MySQL server is running with the --skip-grant-tables option so it cannot …', /An option of the server/],
  [1030, "Got error 28 'No space left on device' from storage engine InnoDB", /disk is full/],
  [1030, 'Got error 168 - Unknown from storage engine', /reports an error/],
  [1969, 'Query execution was interrupted (max_statement_time exceeded)', /longer than the database allows/],
  [
    3024,
    'Query execution was interrupted, maximum statement execution time exceeded',
    /longer than the database allows/,
  ],
])('%i, %s', (errno, message, says) => {
  expect(refusalOf(Object.assign(new Error(message), { errno }))).toMatchObject({
    message: expect.stringMatching(says) as string,
  });
});

test('a statement that the driver did not send is a lost connection, and was not done', () => {
  const unsent = new Error("Can't add new command when connection is in closed state");
  expect(refusalOf(unsent)).toMatchObject({ code: 'unavailable' });
  expect([isConnectionLoss(unsent), mayBeDone(unsent)]).toEqual([true, false]);
  expect([4031, 1927, 9001].map((name) => [isConnectionLoss(thrown(name)), mayBeDone(thrown(name))])).toEqual([
    [true, false],
    [true, true],
    [true, true],
  ]);
});

test('of a COMMIT that is answered by an error, nobody knows only where the server left its cluster meanwhile', () => {
  expect([1180, 3100].map((name) => mayBeDone(thrown(name)))).toEqual([true, true]);
  expect([1213, 3101, 1205, 1047, 1836, 1317, 1114, 1062].map((name) => mayBeDone(thrown(name)))).not.toContain(true);
});
