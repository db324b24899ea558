const days = {
  from: '从',
  to: '到',
  last7: '近 7 天',
  last30: '近 30 天',
  before30: '30 天以前',
  next7: '未来 7 天',
  next30: '未来 30 天',
  past: '已过',
  placeholder: 'YYYY-MM-DD',
  invalid: '写成 2026-07-01 的样子',
  order: '早于开始日期',
  momentPlaceholder: 'YYYY-MM-DD HH:mm',
  invalidMoment: '写成 2026-07-01 18:30 的样子',
};

export default days;

declare module '../domains' {
  interface Domains {
    days: typeof days;
  }
}
