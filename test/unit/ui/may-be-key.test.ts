import { expect, test } from 'vitest';
import { mayBeKey } from '../../../renderer/app/palette/may-be-key.js';

test('the palette offers to look up what is or contains a key, and no name', () => {
  for (const text of [
    'MOON-ABCD-EFGH-JKLM-NPQR',
    'moon abcd efgh jklm npqr',
    '"MOON-ABC2-EFGH",',
    '卡密：ABCD2345EFGH，请尽快使用',
    'ＡＢＣＤ－２３４５－ＥＦＧＨ',
    'ABCD-2345',
    'a'.repeat(64),
  ])
    expect(mayBeKey(text), text).toBe(true);
  for (const text of ['bob', '张三', 'ann lee', 'someone', 'ABC-123']) expect(mayBeKey(text), text).toBe(false);
});
