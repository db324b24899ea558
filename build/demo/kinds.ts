export type ContentType = 'movie' | 'tv' | 'anime' | 'show' | 'shortdrama';

/** A kind of programme, and the words for its titles. */
export interface Kind {
  readonly type: ContentType;
  readonly typeName: string;
  readonly count: number;
  readonly heads: readonly string[];
  readonly tails: readonly string[];
  /** Suffixes for a second title of the same name. */
  readonly again: readonly string[];
  /** How far back its titles go. */
  readonly years: number;
  readonly episodes: readonly [number, number];
  readonly minutes: readonly [number, number];
}

export const KINDS: readonly Kind[] = [
  {
    type: 'movie',
    typeName: '电影',
    count: 150,
    heads: [
      '长夜',
      '无声',
      '归途',
      '雾港',
      '逆光',
      '孤岛',
      '赤色',
      '最后的',
      '零点',
      '暗河',
      '雪线',
      '第七日',
      '边境',
      '白昼',
      '消失的',
      '沉默',
    ],
    tails: [
      '追踪',
      '之城',
      '旅人',
      '证词',
      '列车',
      '告别',
      '电台',
      '回声',
      '灯塔',
      '迷局',
      '守望者',
      '邮差',
      '风暴',
      '来信',
    ],
    again: ['2', '3', '：重启', '（导演剪辑版）'],
    years: 22,
    episodes: [1, 1],
    minutes: [86, 152],
  },
  {
    type: 'tv',
    typeName: '电视剧',
    count: 140,
    heads: [
      '长安',
      '云上',
      '锦绣',
      '江湖',
      '春风',
      '大宋',
      '漠北',
      '沧海',
      '月下',
      '浮生',
      '山河',
      '胡同',
      '青石',
      '烟雨',
      '金陵',
    ],
    tails: [
      '风华',
      '奇谭',
      '人家',
      '夜行录',
      '谋',
      '令',
      '小满',
      '旧事',
      '十二时',
      '密探',
      '医女',
      '商行',
      '往事',
      '传',
    ],
    again: [' 第二季', ' 第三季', ' 番外篇'],
    years: 16,
    episodes: [12, 48],
    minutes: [38, 48],
  },
  {
    type: 'anime',
    typeName: '动漫',
    count: 70,
    heads: ['星辰', '剑灵', '机甲', '魔法', '萌宠', '异界', '末世', '妖怪', '龙族', '灵笼'],
    tails: ['学院', '旅团', '食堂', '物语', '前线', '纪元', '少年', '图鉴', '契约', '大冒险'],
    again: [' 第二季', ' 第三季', ' 剧场版'],
    years: 12,
    episodes: [12, 52],
    minutes: [20, 25],
  },
  {
    type: 'show',
    typeName: '综艺',
    count: 40,
    heads: ['开心', '一起', '周末', '向往的', '闪亮', '超级', '深夜', '最强'],
    tails: ['厨房', '大挑战', '歌会', '出发吧', '脱口秀', '小院', '辩论社', '密室'],
    again: [' 第二季', ' 第三季', ' 第四季', ' 第五季'],
    years: 8,
    episodes: [8, 14],
    minutes: [70, 110],
  },
  {
    type: 'shortdrama',
    typeName: '短剧',
    count: 60,
    heads: ['闪婚后', '重生之', '归来', '离婚当天', '隐婚', '战神', '千金', '神医', '锦鲤', '穿越后'],
    tails: [
      '总裁他慌了',
      '我成了首富',
      '全家团宠',
      '她不装了',
      '萌宝驾到',
      '真相大白',
      '豪门梦',
      '逆袭人生',
      '我靠直播翻身',
    ],
    again: ['2', '（下部）', '番外'],
    years: 4,
    episodes: [60, 100],
    minutes: [1, 3],
  },
];
