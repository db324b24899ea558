import { expect, test } from 'vitest';
import { visible, visibleNames } from '../../../renderer/ui/visible.js';

test.each([
  ['lin', 'lin'],
  ['王 小明', '王 小明'],
  [' lin', '␣lin'],
  ['lin  ', 'lin␣␣'],
  ['a  b', 'a␣␣b'],
  ['admin\u202egnp.exe', 'admin\\u202egnp.exe'],
  ['ad\u200bmin', 'ad\\u200bmin'],
  ['a\u0000b\n', 'a\\u0000b\\u000a'],
  ['lone \ud800', 'lone \\ud800'],
  ['👨\u200d👩\u200d👧', '👨\u200d👩\u200d👧'],
  ['ｗｉｄｅ é', 'ｗｉｄｅ é'],
])('%j is shown as %j', (text, shown) => {
  expect(visible(text)).toBe(shown);
  expect(visible(shown)).toBe(shown);
});

test('each of several names is shown as it is', () => {
  expect(visibleNames(['lin', ' lin', 'lin '])).toBe('lin, ␣lin, lin␣');
});
