const overview = {
  title: '总览',
  users: '用户',
  total: '用户总数',
  banned: '已封禁',
  members: '有效会员',
  expired: '会员已到期',
  neverIn: '从未登录',
  newWeek: '近 7 天新增',
  health: '服务状态',
  latency: '延迟',
  inUse: '使用中',
  recent: '最近操作',
  allAudit: '查看全部',
  noAudit: '暂无操作记录',
  noAuditHint: '封禁、解封等每次变更都会记录在这里，并注明操作员。',
  targets: '{{n}} 项',
};

export default overview;

declare module '../domains' {
  interface Domains {
    overview: typeof overview;
  }
}
