import { afterEach, expect, test, vi } from 'vitest';
import { auditFilter } from '../../../electron/contract/audit.js';
import { auditList } from '../../../renderer/pages/audit/list.js';

afterEach(() => vi.unstubAllEnvs());

test.each([
  ['Asia/Shanghai', -480],
  ['America/New_York', 300],
  ['UTC', 0],
])('the first and the last day that can be typed are sent as instants, in %s', (there, minutes) => {
  vi.stubEnv('TZ', there);
  expect(new Date('2026-01-01').getTimezoneOffset()).toBe(minutes);
  const sent = auditList.filterOf({ from: '0000-01-01', to: '9999-12-31' });
  expect(Object.keys(sent)).toEqual(['from', 'to']);
  expect(auditFilter.safeParse(sent).success).toBe(true);
});
