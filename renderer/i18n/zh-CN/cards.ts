const cards = {
  title: '卡密',
  tab: { list: '列表', batches: '批次', overview: '概况' },
};

export default cards;

declare module '../domains' {
  interface Domains {
    cards: typeof cards;
  }
}
