import type { LocalizedText } from '../../contract/text.js';

/** What a migration or repair does, and why somebody might want it. */
export interface MigrationNote {
  readonly what: LocalizedText;
  readonly why: LocalizedText;
}

const known: Readonly<Record<string, MigrationNote>> = {
  '0001': {
    what: { zh: '站点的数据表', en: 'The site’s tables' },
    why: {
      zh: '补建站点缺少的表；已有的表与数据保持原样。',
      en: 'Creates the site’s tables that are missing; those that exist stay as they are, with their rows.',
    },
  },
  '0002': {
    what: { zh: '控制台的数据表', en: 'The console’s own tables' },
    why: {
      zh: '操作记录、撤销、后台任务与缓存补删都保存在这里；没有它们，控制台不做任何修改。站点的表不受影响。',
      en: 'They hold the audit, undo, jobs and remembered cache deletions; without them the console changes nothing. The site’s tables are not touched.',
    },
  },
  '0003': {
    what: { zh: '播放统计的数据表', en: 'Tables for exact play statistics' },
    why: {
      zh: '记住谁的播放已经计入，热度与每日统计才准确；没有它们仍会统计，人数只是近似。站点的表不受影响。',
      en: 'They remember whose plays were counted, so that popularity and daily figures are exact; without them counting goes on, with people counted roughly. The site’s tables are not touched.',
    },
  },
  '0004': {
    what: { zh: '卡密批次的数据表', en: 'Tables for batches of card keys' },
    why: {
      zh: '记住每张卡密属于哪一批、谁发的、是否作废或补发，并暂存待导入的卡密；没有它们仍可查看卡密，但不能发卡、导入或变更。站点的表不受影响。',
      en: 'They remember which batch a key belongs to, who issued it, whether it was revoked or replaced, and hold imports until they are confirmed; without them keys can be looked at, not issued, imported or changed. The site’s tables are not touched.',
    },
  },
  '0005': {
    what: { zh: '配置条目的数据表', en: 'Tables for the config’s entries' },
    why: {
      zh: '用户在站点配置里的条目可以迁到这里，每人一行：注册、封禁、绑卡从此只写本人的行，不再彼此等待。建表本身不迁移任何内容。',
      en: 'The entries of users in the site’s config can move there, a row each: registering, banning and binding then write that user’s rows and wait for nobody else’s. Creating the tables moves nothing.',
    },
  },
  '0006': {
    what: { zh: '互斥登记表', en: 'Claims' },
    why: {
      zh: '同一 IP、同一邀请只奖励一次，同一播放只计一次：由唯一键判定，互不相干的用户不再等待同一行。没有它奖励与统计照常，只是逐个进行。',
      en: 'An address or an invitation is rewarded once and a play is counted once: a unique key decides, and users who have nothing to do with each other no longer wait for one row. Without it rewards and figures go on, one after another.',
    },
  },
  '0007': {
    what: { zh: 'Redis 主节点登记表', en: 'Which masters of Redis count' },
    why: {
      zh: '哨兵或集群换主后，旧主可能仍在运行：这里记下以哪个主节点为准，被隔离在旧主一侧的进程也不会再读到旧值。没有它，这样的进程在恢复连接之前可能读到旧值。站点的表不受影响；运行后请重启站点的进程。',
      en: 'Behind sentinels and in a cluster, an old master may live on after another has taken over: this says which one counts, so that a process that is cut off with the old one reads no old values. Without it such a process may, until it is connected again. The site’s tables are not touched; restart the site’s processes afterwards.',
    },
  },
  R001: {
    what: { zh: '列表索引', en: 'Indexes for lists' },
    why: {
      zh: '七个二级索引：按积分、最近登录、状态、角色排序和筛选用户，以及卡密库存、积分流水、同一 IP 的邀请，在大站点上不再扫描全表。每百万行每个索引约 1–3 秒、17–36 MB，期间可读可写。',
      en: 'Seven secondary indexes: sorting and filtering users by points, last login, state or role, card stock, ledgers, and invitations of one address stop reading whole tables. One to three seconds and 17–36 MB for each million rows and index; tables stay readable and writable.',
    },
  },
  R002: {
    what: { zh: '移除重复索引', en: 'Drop repeated indexes' },
    why: {
      zh: '八个索引与唯一键重复，不加快任何查询，却让每次写入多维护一棵索引树。对应的唯一键保留。',
      en: 'Eight indexes repeat a unique key: they speed nothing up and cost one more index write for every row. The unique keys stay.',
    },
  },
  R003: {
    what: { zh: '加宽两列', en: 'Two wider columns' },
    why: {
      zh: 'scrypt 密码有 161 个字符，VARCHAR(128) 存不下；注册赠送的卡密也会被原有的 ENUM 拒绝。',
      en: 'A scrypt password has 161 characters, more than VARCHAR(128) holds; a card given at registration is refused by the seed’s ENUM.',
    },
  },
  R004: {
    what: { zh: '播放记录按用户分区', en: 'Plays in sixteen parts' },
    why: {
      zh: '播放记录有几千万行时，按用户分成十六个分区，常用的索引才放得进内存。代价：去掉指向用户表的外键，删除用户的程序必须自己删除其播放记录（本控制台会）。复制整张表，每三百万行约一分钟，期间可读不可写。',
      en: 'With tens of millions of plays, sixteen parts by user keep the indexes in memory. The price: no foreign key to users, so whoever deletes a user must delete their plays (this console does). Copies the table, about a minute for each three million rows; readable meanwhile, not writable.',
    },
  },
  R005: {
    what: { zh: '卡密文本索引', en: 'Index of card keys' },
    why: {
      zh: '在上百万张卡密中，按卡密的开头、或不分大小写地查找。没有它，控制台只在一百万张以内这样查找。每百万行约 2–5 秒、40–90 MB，期间可读可写。',
      en: 'Finds keys by their beginning, and in any case of letters, among many millions; without it the console does so only up to a million. Two to five seconds and 40–90 MB for each million rows; the table stays readable and writable.',
    },
  },
};

/** By the number at the beginning of a file's name; null if this console does not know it. */
export function migrationNote(file: string): MigrationNote | null {
  return known[file.split('_')[0] ?? ''] ?? null;
}
