const settings = {
  title: '设置',
  look: '外观与语言',
  language: '语言',
  theme: '主题',
  theme_auto: '跟随系统',
  theme_light: '浅色',
  theme_dark: '深色',
  density: '表格行高',
  connection: '当前连接',
  manage: '管理连接',
  close: '断开连接',
  command: { close: '断开当前连接' },
  name: '名称',
  host: '主机',
  database: '数据库',
  lock: '写入',
  about: '关于',
  version: '版本',
  server: '数据库服务',
  migrations: '结构版本',
  zone: '时区',
  licence: '许可',
  applied: '已应用 {{n}} / {{all}}',
};

export default settings;

declare module '../domains' {
  interface Domains {
    settings: typeof settings;
  }
}
