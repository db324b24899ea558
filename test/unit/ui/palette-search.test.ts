import { describe, expect, it, test } from 'vitest';
import { syllablesOf } from '../../../renderer/app/palette/pinyin.js';
import { findPinyin, rank } from '../../../renderer/app/palette/search.js';

const find = (text: string, letters: string): number | null => findPinyin(syllablesOf(text), letters);

describe('pinyin', () => {
  it.each([
    ['发卡', 'fk'],
    ['发卡', 'faka'],
    ['发卡', 'fak'],
    ['发卡', 'fka'],
    ['封禁用户', 'fj'],
    ['封禁用户', 'fengjin'],
    ['封禁用户', 'fjyh'],
    ['查看卡密明文', 'chk'],
    ['查看卡密明文', 'ckkm'],
    ['续期', 'xuqi'],
    ['绿色', 'lvse'],
    ['导出 CSV', 'dccsv'],
  ])('of %s is %s', (text, letters) => {
    expect(find(text, letters)).toBe(0);
  });

  it.each([
    ['重置密码', 'chongzhi', 'cz'],
    ['银行', 'yinhang', 'yh'],
    ['长期', 'changqi', 'cq'],
    ['站长', 'zhanzhang', 'zz'],
    ['延长', 'yanchang', 'yc'],
    ['切换表格行高', 'qiehuanbiaogehanggao', 'qhbghg'],
    ['变更角色', 'biangengjuese', 'bgjs'],
    ['解绑卡密', 'jiebangkami', 'jbkm'],
    ['补发卡密', 'bufakami', 'bfkm'],
    ['重新检查', 'chongxinjiancha', 'cxjc'],
    ['调整', 'tiaozheng', 'tz'],
    ['还原', 'huanyuan', 'hy'],
    ['粘贴', 'zhantie', 'zt'],
  ])('of %s, where a character has several readings, is %s and %s', (text, full, initials) => {
    expect([find(text, full), find(text, initials)]).toEqual([0, 0]);
  });

  it('says where it begins', () => {
    expect(find('封禁用户', 'yonghu')).toBe(2);
    expect(find('封禁用户', 'yh')).toBe(2);
  });

  it.each([
    ['封禁用户', 'fy'],
    ['封禁用户', 'fenyong'],
    ['发卡', 'fakai'],
    ['发卡', ''],
    ['Ban users', 'zz'],
  ])('of %s is not %s', (text, letters) => {
    expect(find(text, letters)).toBeNull();
  });

  it('ends at once, also for a long text of syllables that can be parted in many ways', () => {
    expect(find('安安安安安安安安安安安安', `${'an'.repeat(100)}x`)).toBeNull();
    expect(find('安'.repeat(100), 'an'.repeat(100))).toBe(0);
  });
});

const ban = { names: ['封禁用户', 'Ban users'], words: '封号 block' };

describe('an entry', () => {
  it.each([
    '封禁',
    'ban',
    'Ban U',
    'users',
    '用户',
    'fj',
    'FJ',
    'feng jin',
    'fengjinyonghu',
    '封号',
    'fh',
    'block',
    'users ban',
    'ＢＡＮ',
  ])('is found by %s, in any language of the window', (typed) => {
    expect(rank(typed, ban, syllablesOf)).not.toBeNull();
  });

  it.each(['解封', 'unban', 'xz', 'delete'])('is not found by %s', (typed) => {
    expect(rank(typed, ban, syllablesOf)).toBeNull();
  });

  it('is found by its names before the readings are loaded', () => {
    expect([rank('ban', ban, null), rank('封', ban, null), rank('fj', ban, null)]).toEqual([0, 0, null]);
  });
});

test('what fits better comes first: beginnings before middles, names before other words', () => {
  const entries = [
    { names: ['清理过期卡密', 'Expire stale keys'], words: '' },
    { names: ['会员续期', 'Renew memberships'], words: '续费' },
    { names: ['续费', 'x'], words: '' },
    { names: ['x', 'y'], words: '续费' },
  ];
  const ranks = entries.map((entry) => rank('xf', entry, syllablesOf));
  expect(ranks).toEqual([null, 5, 1, 5]);
  expect(rank('续', { names: ['会员续期'], words: '' }, syllablesOf)).toBe(2);
});
