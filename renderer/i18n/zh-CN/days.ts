const days = {
  from: '从',
  to: '到',
  last7: '近 7 天',
  last30: '近 30 天',
  before30: '30 天以前',
};

export default days;

declare module '../domains' {
  interface Domains {
    days: typeof days;
  }
}
