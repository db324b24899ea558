import type { Command } from '../actions';

/** What every list offers while it is on the screen. */
export const commands: readonly Command[] = [
  { id: 'list.search', name: 'shortcuts:search', words: '查找 find', keys: '/' },
  { id: 'list.filter', name: 'filters:add', words: '过滤', keys: 'f' },
  { id: 'list.refresh', name: 'shortcuts:refresh', words: '重新读取 reload', keys: 'r' },
  { id: 'list.all', name: 'shortcuts:all', words: '全选', keys: 'mod+a' },
  { id: 'list.none', name: 'table:clear', words: '清除 deselect' },
  { id: 'list.count', name: 'filters:countExactly', words: '统计 总数 total' },
  { id: 'list.clear', name: 'filters:clear', words: '重置筛选 reset' },
  {
    id: 'views.save',
    also: ['views.remove'],
    name: 'filters:manageViews',
    words: '保存视图 删除视图 save remove saved',
  },
];
