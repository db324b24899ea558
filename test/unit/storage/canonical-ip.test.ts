import { expect, test } from 'vitest';
import { canonicalIp } from '../../../electron/domain/invitations/ip.js';

test('an address has one spelling', () => {
  const spelled: Record<string, string> = {
    '1.2.3.4': '1.2.3.4',
    ' 1.2.3.4 , 10.0.0.1': '1.2.3.4',
    '1.2.3.4:5678': '1.2.3.4',
    '::ffff:1.2.3.4': '1.2.3.4',
    '::FFFF:0102:0304': '1.2.3.4',
    '[::ffff:1.2.3.4]:80': '1.2.3.4',
    '2001:DB8:0:0:0:0:0:1': '2001:db8::1',
    '2001:db8::1%eth0': '2001:db8::1',
    '[2001:db8::1]:443': '2001:db8::1',
    '': 'unknown',
    'Not An Address': 'not an address',
  };
  for (const [typed, canonical] of Object.entries(spelled)) expect(canonicalIp(typed), typed).toBe(canonical);
  expect(canonicalIp(undefined)).toBe('unknown');
  expect(canonicalIp('x'.repeat(99))).toHaveLength(45);
});
