const schema = {
  title: '数据库结构',
  section: '数据库',
  again: '重新检查',
  fine: '结构与设计一致',
  fineText: '表、列与排序规则均符合预期。',
  differs_one: '{{count}} 处与设计不同',
  differs_other: '{{count}} 处与设计不同',
  severity: { blocks: '阻断', limits: '受限', info: '提示' },
  expected: '应为 {{value}}',
  found: '现为 {{value}}',
  more: '另有 {{n}} 处',
  noTables: '这个数据库还没有控制台的数据表',
  noTablesText: '可以查看，不能修改：每次修改都要留下操作记录，而记录还没有地方保存。应用迁移 0002 即可。',
  pending_one: '{{count}} 个迁移待应用',
  pending_other: '{{count}} 个迁移待应用',
  migrations: '迁移',
  repairs: '可选修复',
  repairsHint: '只应用勾选的修复；不应用也不影响控制台的功能。',
  state: {
    pending: '待应用',
    optional: '未应用',
    applying: '正在应用',
    half_applied: '应用了一部分',
    applied: '已应用',
    changed: '文件有变',
    unknown: '未知',
  },
  stateText: {
    changed: '应用之后文件内容有变，不会再次应用。请使用当初应用它的版本，或核对文件。',
    unknown: '由更新版本的控制台应用，当前版本不认识它。',
  },
  stopped: '已完成 {{done}} / {{all}} 步，再次应用会从中断处继续。',
  ownerOnly: '只有站长可以应用迁移与修复。',
  locked: '当前连接为只读：可以预览，应用之前需要解锁写入。',
  previewNone: '预览…',
  preview_one: '预览 {{count, number}} 个文件…',
  preview_other: '预览 {{count, number}} 个文件…',
  previewHint: '先列出每一条 SQL，确认后才执行。',
  nothingPending: '迁移均已应用。勾选一项修复后可预览。',
  dialog: {
    title: '迁移数据库结构',
    sentence_one: '在数据库 {{database}} 上执行 {{count, number}} 条语句。',
    sentence_other: '在数据库 {{database}} 上执行 {{count, number}} 条语句。',
    skipped_one: '另有 {{count, number}} 条已不需要，会跳过。',
    skipped_other: '另有 {{count, number}} 条已不需要，会跳过。',
    noUndo: '结构变更不能撤销，数据保持原样；执行前宜有备份。',
    nothing: '没有需要应用的迁移。',
    notNeeded: '不需要',
    button_one: '应用 {{count, number}} 个文件',
    button_other: '应用 {{count, number}} 个文件',
    doing: '正在应用，每一步完成后即有记录。停止后可以接着应用。',
    applied_one: '已应用 {{count, number}} 个文件。',
    applied_other: '已应用 {{count, number}} 个文件。',
    already: '没有剩下要应用的文件。',
    ran_one: '执行 {{count, number}} 步',
    ran_other: '执行 {{count, number}} 步',
    left_one: '跳过 {{count, number}} 步',
    left_other: '跳过 {{count, number}} 步',
  },
};

export default schema;

declare module '../domains' {
  interface Domains {
    schema: typeof schema;
  }
}
