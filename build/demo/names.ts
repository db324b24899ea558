import type { Random } from './random.js';

const SURNAMES =
  'wang li zhang liu chen yang zhao huang zhou wu xu sun hu zhu gao lin he guo ma luo liang song zheng xie han tang feng yu dong xiao cheng cao yuan deng xu fu shen zeng peng lv su lu jiang cai jia ding wei xue ye yan pan du dai xia zhong tian ren fan fang shi yao tan liao zou xiong jin hao kong bai cui kang mao qiu qin gu hou shao meng long wan duan qian yin'.split(
    ' ',
  );
const GIVEN =
  'wei fang min jing lei qiang yan jie juan yong chao xia ping gang hui jun bo ning lan peng tao xin yi hao yu ting rui kai hua ming xiang dong nan bin long cheng xue mei qi zhe han chen xuan zixuan haoran yuxin mengyao jiahao yichen xinyi zihan junjie siyu wenbo tianyu ruoxi xiaoming xiaoyu xiaolong yifan kexin shiqi minghui yutong jingyi zhiwei guoqiang lili dandan tingting'.split(
    ' ',
  );
const FIRST =
  'lazy night lucky happy blue silent little super crazy sweet tiny golden moon star snow rainy sunny old wild slow iron magic cool deep misty quiet hungry sleepy brave retro neon pixel cosmic salty'.split(
    ' ',
  );
const SECOND =
  'cat owl fox panda tiger movie drama anime player coder rider dream fish wolf bear rabbit coffee noodle tea wind river cloud light shadow king boy girl uncle dragon turtle whale potato pilot monk hunter viewer'.split(
    ' ',
  );
const CHINESE_SURNAMES =
  '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎';
const CHINESE_GIVEN =
  '伟芳娜敏静磊强洋艳勇军杰娟涛明超霞平刚桂英华玉兰红梅建国文博浩宇欣怡子轩梓涵雨桐思远若曦一诺佳琪晨曦';
const NICK_HEAD = [
  '追剧的',
  '爱看片的',
  '深夜',
  '佛系',
  '隔壁',
  '摸鱼的',
  '南方',
  '北城',
  '奔跑的',
  '迷路的',
  '不吃香菜的',
  '努力的',
];
const NICK_TAIL = [
  '猫',
  '老王',
  '小鹿',
  '柠檬',
  '土豆',
  '阿姨',
  '大叔',
  '少年',
  '企鹅',
  '包子',
  '月亮',
  '豆浆',
  '熊猫',
  '咸鱼',
];

/** Names that an administrator once entered and that every page and key must handle. */
export const AWKWARD_NAMES: readonly string[] = [
  'li:wei',
  '*star*',
  "o'neil",
  '追剧🌙小站',
  '张三[备用]',
  '100%满意',
  'back\\slash',
  '=1+1',
  'a b c',
  '"quoted"',
  '<b>bold</b>',
  '🌙'.repeat(50),
  'user:admin:info',
  '-dash',
  '家庭号;2',
  'tab\there',
];

/**
 * Gives names that are equal in utf8mb4_unicode_ci the same form: case, accents and trailing spaces are ignored, and
 * all characters beyond the basic plane are equal.
 */
export function collationForm(name: string): string {
  if (/^[\x21-\x7e]+$/.test(name)) return name.toLowerCase();
  return name
    .normalize('NFKD')
    .replace(/\p{Mn}|\u200d|\ufe0f/gu, '')
    .toLowerCase()
    .replace(/[\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .trimEnd();
}

export class NameMaker {
  readonly #taken = new Set<string>();
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Marks a name as taken; false if an equal one exists. */
  take(name: string): boolean {
    const form = collationForm(name);
    if (this.#taken.has(form)) return false;
    this.#taken.add(form);
    return true;
  }

  next(): string {
    for (let attempt = 0; ; attempt++) {
      const name =
        attempt < 4 ? this.#draft() : `${this.#draft().slice(0, 13)}${this.#random.between(100_000, 9_999_999)}`;
      if (this.take(name)) return name;
    }
  }

  #draft(): string {
    const random = this.#random;
    const roll = random.next();
    if (roll < 0.5) return fit(this.#pinyin());
    if (roll < 0.82) return fit(this.#handle());
    if (roll < 0.93) return fit(`tg_${random.chance(0.5) ? this.#handle() : this.#pinyin()}`);
    if (roll < 0.985) return random.text('abcdefghijklmnopqrstuvwxyz', random.between(2, 4)) + this.#digits(true);
    return this.#chinese();
  }

  #pinyin(): string {
    const random = this.#random;
    const join = random.chance(0.15) ? '_' : '';
    const second = random.chance(0.35) ? random.pick(GIVEN) : '';
    const name = random.pick(SURNAMES) + join + random.pick(GIVEN) + (second.length < 5 ? second : '');
    const cased = random.chance(0.12) ? name.charAt(0).toUpperCase() + name.slice(1) : name;
    return random.chance(0.72) ? cased + this.#digits(false) : cased;
  }

  #handle(): string {
    const random = this.#random;
    const first = random.pick(FIRST);
    const second = random.pick(SECOND);
    const camel = random.chance(0.2);
    const stem = camel
      ? first.charAt(0).toUpperCase() + first.slice(1) + second.charAt(0).toUpperCase() + second.slice(1)
      : first + (random.chance(0.4) ? '_' : '') + second;
    return random.chance(0.75) ? stem + this.#digits(false) : stem;
  }

  #chinese(): string {
    const random = this.#random;
    if (random.chance(0.4)) {
      const nick = random.pick(NICK_HEAD) + random.pick(NICK_TAIL);
      return random.chance(0.6) ? nick + String(random.between(1, 999)) : nick;
    }
    const name = random.text(CHINESE_SURNAMES, 1) + random.text(CHINESE_GIVEN, random.between(1, 2));
    return random.chance(0.35) ? name + String(random.between(1, 99)) : name;
  }

  #digits(always: boolean): string {
    const random = this.#random;
    const roll = always ? 0.4 + random.next() * 0.6 : random.next();
    if (roll < 0.3) return String(random.between(1, 99));
    if (roll < 0.6) return String(random.between(1970, 2012));
    if (roll < 0.8) return `${two(random.between(1, 12))}${two(random.between(1, 28))}`;
    if (roll < 0.9) return random.pick(['520', '666', '888', '233', '1314', '007', '999', '123', '321', '2333']);
    return String(random.between(100, 99_999));
  }
}

function fit(name: string): string {
  return name.length > 20 ? name.slice(0, 20) : name.length < 3 ? `${name}_tv` : name;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
