const shortcuts = {
  title: '快捷键',
  close: '关闭',
  everywhere: '任何位置',
  inLists: '列表中',
  inDialogs: '对话框、菜单与详情中',
  goTo: '前往页面',
  notHere: '（当前页面不可用）',
  anything: '搜索或执行命令',
  search: '搜索当前页',
  filter: '添加筛选',
  refresh: '刷新',
  export: '导出',
  thisList: '显示此列表',
  move: '上下移动',
  moveFar: '移动一屏，或到首尾',
  moveAcross: '左右移动',
  open: '打开详情',
  choose: '选择',
  range: '连续选择',
  all: '选择全部匹配项',
  copy: '复制单元格',
  columnWidth: '列标题：调整宽度',
  submit: '确认',
  moveChoice: '上下移动',
  take: '执行所选',
  drawerWidth: '详情边缘：调整宽度',
};

export default shortcuts;

declare module '../domains' {
  interface Domains {
    shortcuts: typeof shortcuts;
  }
}
