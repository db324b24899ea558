const table = {
  columns: '列',
  density: '行高',
  dense: '紧凑',
  roomy: '宽松',
  reset: '恢复默认列',
  pin: '固定“{{column}}”列',
  unpin: '取消固定“{{column}}”列',
  pinned: '已固定',
  choose: '选择此行',
  chooseShown: '选择当前已加载的行',
  chooseAll: '选择全部匹配项',
  selection: '已选择的行',
  chosen: '已选 {{chosen}} 项',
  chosenOf: '已选 {{chosen}} 项，共匹配 {{matching}} 项',
  allChosen: '已选全部匹配项',
  clear: '取消选择',
  copyCell: '复制单元格',
  copyRow: '复制整行',
  copied: '已复制',
  retry: '重试',
  forbidden: '当前账号没有权限，可请站长授权，或换用其他账号登录。',
  kept: '数据没有改动，可稍后重试。',
  noMatch: '没有匹配的记录',
  noMatchHint: '减少筛选条件，或清除搜索词后再看。',
};

export default table;

declare module '../domains' {
  interface Domains {
    table: typeof table;
  }
}
