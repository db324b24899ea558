import { expect, test } from 'vitest';
import { withheldBy } from '../../../electron/data/mysql/withheld.js';

const said = (settings: Readonly<Record<string, string>>): unknown =>
  withheldBy(Object.entries(settings).map(([name, Value]) => ({ Variable_name: name, Value })));
const because = (words: RegExp): unknown => expect.objectContaining({ en: expect.stringMatching(words) as string });

test('a server takes writes unless it only reads, or is a Galera node that is not ready', () => {
  expect(said({ read_only: 'OFF', super_read_only: 'OFF' })).toBeNull();
  expect(said({ read_only: 'OFF', wsrep_on: 'OFF' })).toBeNull();
  expect(said({ read_only: 'OFF', wsrep_on: 'ON', wsrep_ready: 'ON' })).toBeNull();
  expect(said({ read_only: 'ON', super_read_only: 'OFF' })).toMatchObject({ text: because(/read-only/) });
  // Of MariaDB 12.
  expect(said({ read_only: 'NO_LOCK' })).toMatchObject({ text: because(/read-only/), hint: because(/primary/) });
  expect(said({ read_only: 'OFF', wsrep_on: 'ON', wsrep_ready: 'OFF' })).toMatchObject({
    text: because(/Galera node is not ready/),
    hint: because(/another node/),
  });
});
