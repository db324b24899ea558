const batches = {
  title: '批次',
  empty: '还没有批次',
  emptyHint: '发卡、导入和补发的卡密会按批次列在这里，写明由谁、何时、为何而发，以及之后的去向。',
  export: '导出…',
  mixed: '多种',
  filled: '{{issued, number}} / {{wanted, number}}',
  kind: { issue: '发卡', import: '导入', reissue: '补发', renewal: '续期' },
  column: {
    id: '批次',
    kind: '方式',
    type: '类型',
    issued: '已生成',
    job: '任务',
    channel: '渠道',
    note: '备注',
    operator: '操作人',
    created: '创建',
    expires: '到期',
    rolledBack: '已回滚',
  },
  funnel: {
    title: '去向',
    state: '状态',
    count: '张数',
    share: '占比',
    gone: '已删除',
    none: '这个批次还没有卡密。',
  },
  taken: {
    title: '导出与查看',
    none: '没有人导出或查看过这批卡密的明文。',
    how: '方式',
    count: '张数',
    by: '操作人',
    at: '时间',
    export: '导出',
    reveal: '查看明文',
  },
  job: {
    title: '发卡进度',
    waiting: '等待执行，还差 {{missing}} 张。连接锁定为只读时，任务会等到解锁。',
    running: '正在生成，还差 {{missing}} 张。已生成的可以立即使用。',
    paused: '已暂停，还差 {{missing}} 张。已生成的可以立即使用。',
    cancelled: '已取消，还差 {{missing}} 张。已生成的保留在这个批次里，可以随时继续。',
    failed: '中断了，还差 {{missing}} 张。已生成的保留在这个批次里。',
    done: '已结束，还差 {{missing}} 张。',
  },
  drawer: {
    title: '批次 #{{id}}',
    notFound: '没有这个批次',
    notFoundHint: '链接中的编号可能有误，或者它属于另一个站点。',
    facts: '资料',
    format: '格式',
    allKeys: '查看这批卡密',
    audit: '操作记录',
    openAudit: '记录 {{id}}',
  },
  command: { choose: '先打开一个批次', rollback: '回滚批次', export: '导出批次' },
  rollback: {
    open: '回滚…',
    nothing: '这个批次没有未使用的卡密',
    title: '回滚批次 #{{id}}',
    sentence_one: '删除批次 #{{id}} 中 {{count, number}} 张未使用的卡密，之后无人能再用它们。已使用的不受影响。',
    sentence_other: '删除批次 #{{id}} 中 {{count, number}} 张未使用的卡密，之后无人能再用它们。已使用的不受影响。',
    button_one: '删除 {{count, number}} 张卡密',
    button_other: '删除 {{count, number}} 张卡密',
  },
};

export default batches;

declare module '../domains' {
  interface Domains {
    batches: typeof batches;
  }
}
