const common = {
  product: 'Moondesk',
  save: '保存',
  cancel: '取消',
  close: '关闭',
  retry: '重试',
  remove: '移除',
  edit: '编辑',
  back: '返回',
  search: '搜索',
  clear: '清除',
  showPassword: '显示密码',
  loading: '正在加载',
  none: '无',
  never: '从未',
  more: '更多操作',
  copied: '已复制',
  code: '代码：{{code}}',
  exporting: '正在导出，进度显示在窗口底部。',
  exportFailed: '没有导出：{{message}}',
  openDatabase: '设置 › 数据库',
  resize: '调整宽度',
  production: '生产',
  staging: '预发',
  development: '开发',
};

export default common;

declare module '../domains' {
  interface Domains {
    common: typeof common;
  }
}
