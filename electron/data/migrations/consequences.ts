import type { LocalizedText } from '../../contract/text.js';

/** What an operator loses without a table, in the site's terms. */
const uses: Readonly<Record<string, LocalizedText>> = {
  users: { zh: '用户与登录', en: 'users and signing in' },
  card_keys: { zh: '卡密', en: 'card keys' },
  user_card_keys: { zh: '用户的卡密', en: 'the card keys of a user' },
  play_records: { zh: '播放记录', en: 'plays' },
  favorites: { zh: '收藏', en: 'favourites' },
  episode_skip_configs: { zh: '跳过片头片尾', en: 'skipped openings and endings' },
  user_points: { zh: '积分', en: 'points' },
  points_records: { zh: '积分流水', en: 'the ledger of points' },
  invitations: { zh: '邀请', en: 'invitations' },
  ip_reward_records: { zh: 'IP 奖励记录', en: 'rewards by address' },
  admin_configs: { zh: '站点配置', en: "the site's configuration" },
  user_login_stats: { zh: '最后登录', en: 'last logins' },
  content_stats: { zh: '内容热度', en: 'popular content' },
  invitation_configs: { zh: '邀请规则', en: 'the rules of invitations' },
  play_stats_daily: { zh: '每日播放统计', en: 'plays by day' },
};

function usedFor(table: string): LocalizedText {
  return uses[table] ?? { zh: table, en: table };
}

/** Sentences for the user: what a difference causes, and which file repairs it, if any. */
export const consequence = {
  missingTable: (table: string): LocalizedText => ({
    zh: `“${usedFor(table).zh}”无法使用；应用 0001 会建立这张表`,
    en: `Nothing can be shown or changed of ${usedFor(table).en}; applying 0001 creates the table`,
  }),
  missingColumn: (table: string, column: string): LocalizedText => ({
    zh: `“${usedFor(table).zh}”中用到 ${column} 的列表与操作无法使用`,
    en: `Lists and operations on ${usedFor(table).en} that need ${column} cannot work`,
  }),
  otherType: (column: string): LocalizedText => ({
    zh: `${column} 的值可能被拒绝、截断或读成别的意思`,
    en: `Values of ${column} may be refused, cut, or read as something else`,
  }),
  widerType: (column: string): LocalizedText => ({
    zh: `${column} 容得下更多，没有影响`,
    en: `${column} holds more than needed; nothing is lost`,
  }),
  shorter: (column: string, length: number): LocalizedText => ({
    zh:
      column === 'password_hash'
        ? '存不下 scrypt 密码（161 字符）；修复 R003 会加宽'
        : `${column} 超过 ${length} 个字符的值会被拒绝`,
    en:
      column === 'password_hash'
        ? 'scrypt passwords (161 characters) cannot be stored; repair R003 widens it'
        : `Values of ${column} over ${length} characters are refused`,
  }),
  missingValues: (column: string, values: readonly string[]): LocalizedText => ({
    zh: `${column} 不能保存：${values.join('、')}${values.includes('promotion_register') ? '；修复 R003 会补上' : ''}`,
    en: `${column} cannot be ${values.join(', ')}${values.includes('promotion_register') ? '; repair R003 adds it' : ''}`,
  }),
  otherValues: (column: string): LocalizedText => ({
    zh: `${column} 还有别的取值；控制台原样显示`,
    en: `${column} has further values; the console shows them as they are`,
  }),
  mayBeNull: (column: string): LocalizedText => ({
    zh: `${column} 可能为空；控制台按未填写处理`,
    en: `${column} may be empty; the console takes that as not given`,
  }),
  mayNotBeNull: (column: string): LocalizedText => ({
    zh: `没有 ${column} 的新行会被拒绝`,
    en: `New rows without ${column} are refused`,
  }),
  stricter: (column: string): LocalizedText => ({
    zh: `${column} 总有值，没有影响`,
    en: `${column} always has a value; nothing is lost`,
  }),
  otherDefault: (column: string): LocalizedText => ({
    zh: `不写 ${column} 的新行会得到另一个值`,
    en: `New rows that do not name ${column} get another value`,
  }),
  noAutoIncrement: (column: string): LocalizedText => ({
    zh: `新行得不到 ${column}，无法添加`,
    en: `New rows get no ${column}: nothing can be added`,
  }),
  caseSensitive: {
    zh: '大小写不同的名字在这里是不同的人；与其他表的联接会失败（1267）',
    en: 'Names that differ in case are different people here; joins with other tables fail (1267)',
  },
  otherCollation: {
    zh: '与其他排序规则的表联接会失败（1267），也不能建立外键',
    en: 'Joins with tables of another collation fail (1267), and foreign keys cannot be made',
  },
  otherCharset: {
    zh: '存不下表情符号等四字节字符，并且与其他表的联接可能失败',
    en: 'Emoji and other four-byte characters cannot be stored, and joins with other tables may fail',
  },
  missingUnique: (columns: readonly string[]): LocalizedText => ({
    zh: `${columns.join(', ')} 可能重复；控制台不能保证只有一行`,
    en: `${columns.join(', ')} may occur twice; the console cannot vouch for one row`,
  }),
  missingPrimary: {
    zh: '没有主键，无法可靠地指认一行',
    en: 'Without its primary key a row cannot be named for certain',
  },
  missingIndex: (columns: readonly string[]): LocalizedText => ({
    zh: `按 ${columns.join(', ')} 查找要读完整张表`,
    en: `Looking something up by ${columns.join(', ')} reads the whole table`,
  }),
  missingForeignKey: (table: string): LocalizedText => ({
    zh: `删除 ${table} 的行时不会带走这里的行，会留下孤儿`,
    en: `Deleting a row of ${table} leaves its rows here behind`,
  }),
  otherDeleteRule: (table: string): LocalizedText => ({
    zh: `删除 ${table} 的行时，这里的行会有另一种结果`,
    en: `Deleting a row of ${table} does something else to its rows here`,
  }),
  extraTable: { zh: '控制台不使用，也不改动', en: 'The console neither uses nor changes it' },
  extraColumn: { zh: '控制台不使用；新行取默认值', en: 'The console does not use it; new rows get its default' },
  demandingColumn: (column: string): LocalizedText => ({
    zh: `${column} 必填又没有默认值：控制台无法添加新行`,
    en: `${column} must be given and has no default: the console cannot add rows`,
  }),
  engine: {
    zh: '此引擎没有事务：改动不能整体完成或撤回，控制台只读',
    en: 'This engine has no transactions: changes cannot happen whole, so the console only reads',
  },
} as const;
