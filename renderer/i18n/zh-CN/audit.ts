const audit = {
  title: '操作记录',
  exportAll: '导出 CSV',
  exportAllHint: '导出当前筛选匹配的全部记录 (e)',
  search: '搜索对象：用户名、卡密哈希等',
  empty: '还没有操作记录',
  emptyHint: '在控制台或终端做出变更后，记录会出现在这里，只增不改。',
  noMatch: '没有符合条件的记录',
  column: {
    at: '时间',
    operator: '操作人',
    label: '操作',
    targets: '数量',
    sample: '对象',
    outcome: '结果',
    origin: '来源',
    undo: '撤销',
  },
  outcome: { running: '进行中', done: '完成', refused: '被拒绝', failed: '失败' },
  origin: { window: '窗口', terminal: '终端', schedule: '定时', job: '任务' },
  undo: { possible: '可撤销', undone: '已撤销', impossible: '—' },
  filter: {
    operator: '操作人',
    operation: '操作',
    outcome: '结果',
    time: '时间',
    operationHint: '选择一个操作',
    operatorHint: '完整的账号名',
  },
  command: {
    choose: '先打开一条记录',
    undoLast: '撤销最近一次变更',
    nothingToUndo: '最近没有可以撤销的变更。',
    export: '导出操作记录',
  },
  drawer: {
    label: '操作记录 {{id}}',
    notFound: '没有这条记录',
    notFoundHint: '链接中的编号可能有误。',
    name: '代码',
    error: '原因',
    undoneBy: '被记录 {{id}} 撤销',
    undoOf: '撤销了记录 {{id}}',
    input: '请求内容',
    inputHint: '密码等内容已遮盖。',
    changes_one: '变更 {{count, number}} 项',
    changes_other: '变更 {{count, number}} 项',
    changesLimit_one: '共 {{total, number}} 项，列出 {{count, number}} 项。',
    changesLimit_other: '共 {{total, number}} 项，列出 {{count, number}} 项。',
    noChanges: '没有改动任何数据。',
    field: '字段',
    before: '变更前',
    after: '变更后',
    created: '新增',
    removed: '删除',
    proof: '生效情况',
    openUser: '打开用户',
    openCard: '打开卡密',
    copy: '复制',
    copied: '已复制',
  },
};

export default audit;

declare module '../domains' {
  interface Domains {
    audit: typeof audit;
  }
}
