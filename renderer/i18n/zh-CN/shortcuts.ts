const shortcuts = {
  title: '快捷键',
  close: '关闭',
  everywhere: '任何位置',
  inLists: '列表中',
  goTo: '前往页面',
  anything: '搜索或执行命令',
  search: '搜索当前页',
  filter: '添加筛选',
  refresh: '刷新',
  users: '用户',
  ban: '封禁',
  unban: '解封',
  export: '导出',
  thisList: '显示此列表',
  move: '上下移动',
  open: '打开详情',
  choose: '选择',
  range: '连续选择',
  all: '选择全部匹配项',
  copy: '复制单元格',
};

export default shortcuts;

declare module '../domains' {
  interface Domains {
    shortcuts: typeof shortcuts;
  }
}
