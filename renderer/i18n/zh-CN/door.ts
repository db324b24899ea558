const door = {
  signIn: '登录',
  signInText: '使用站点的站长或管理员账号。',
  username: '用户名',
  password: '密码',
  otherConnection: '换一个连接',
  ownerTitle: '创建站长账号',
  ownerText: '数据库“{{database}}”中还没有站长。此账号将成为站点的首个站长，可登录控制台与站点。',
  ownerEmptyText: '数据库“{{database}}”是空的。创建站长时会一并建立站点所需的表。',
  nameHint: '3–20 个字母、数字或下划线',
  passwordHint: '至少 8 个字符',
  again: '再次输入密码',
  differs: '两次输入的密码不一致',
  create: '创建站长并进入',
  connectionName: '连接名称',
  connectionHint: '此连接已锁定。输入“{{name}}”，以确认写入的是它。',
  look: '下一步：预览',
  confirmTitle: '确认创建站长',
  confirmText: '数据库“{{database}}”是一个站点，但没有站长。确认后执行以下操作。',
  factAccount: '新站长',
  factUsers: '现有用户',
  factMigrations: '执行迁移',
  noMigrations: '无',
  steps_one: '{{count, number}} 步',
  steps_other: '{{count, number}} 步',
  back: '返回修改',
  ended: {
    password: '密码已被重置，请用新密码登录。',
    role: '账号的角色已变更，请重新登录。',
    demoted: '账号已不再是管理员，登录已结束。请联系站长。',
    banned: '账号已被封禁，登录已结束。请联系站长。',
    deleted: '账号已被删除，登录已结束。请联系站长。',
  },
  foreignTitle: '这不是站点的数据库',
  foreignText: '数据库“{{database}}”里有其他应用的表，没有站点的表。为避免误伤，Moondesk 不会读写它，数据没有改动。',
  foreignNext: '请在连接中改用站点的数据库名；新站点可指定一个空数据库。',
  toConnections: '查看连接',
};

export default door;

declare module '../domains' {
  interface Domains {
    door: typeof door;
  }
}
