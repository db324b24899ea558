const filters = {
  add: '添加筛选',
  remove: '移除筛选：{{filter}}',
  clear: '清除筛选',
  clearSearch: '清除搜索词',
  views: '视图',
  manageViews: '管理视图',
  noViews: '尚未保存视图。设好筛选与排序后，可在此命名保存。',
  viewName: '视图名称',
  saveView: '保存',
  replaceView: '替换',
  removeView: '删除视图“{{view}}”',
  apply: '应用',
  chip: '{{name}}：{{value}}',
  from: '{{from}} 起',
  to: '至 {{to}}',
  range: '{{from}} 至 {{to}}',
  anyOf: '或',
  atLeast: '≥ {{min}}',
  atMost: '≤ {{max}}',
  min: '最少',
  max: '最多',
  order: '小于最少',
  whole: '整数，不超过 {{most}}',
  id: '编号是 1 到 {{count}} 位数字',
  tooLong: '最多 {{count}} 个字符',
  tooMany: '最多 {{count}} 个',
  countExactly: '精确计数',
  noMatchHint: '减少一个筛选条件，或清除全部条件。',
  news_one: '{{count, number}} 项变化 · 刷新',
  news_other: '{{count, number}} 项变化 · 刷新',
};

export default filters;

declare module '../domains' {
  interface Domains {
    filters: typeof filters;
  }
}
