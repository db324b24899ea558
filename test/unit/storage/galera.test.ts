import { expect, test } from 'vitest';
import { warningOf } from '../../../electron/data/mysql/galera.js';

const said = (settings: Readonly<Record<string, string>>): unknown =>
  warningOf(Object.entries(settings).map(([name, Value]) => ({ Variable_name: name, Value })));

test('a Galera node is warned of while it has no binary log, and nobody else is', () => {
  expect(said({ wsrep_on: 'ON', log_bin: 'OFF' })).toMatchObject({ en: expect.stringContaining('log_bin') as string });
  expect(said({ wsrep_on: 'ON', log_bin: 'ON' })).toBeNull();
  expect(said({ wsrep_on: 'OFF', log_bin: 'OFF' })).toBeNull();
  expect(said({ log_bin: 'OFF' })).toBeNull();
});
