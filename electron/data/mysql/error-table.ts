import type { ErrorCode } from '../../contract/errors.js';
import type { LocalizedText } from '../../contract/text.js';

/** What a call does after an error, instead of failing. */
export interface Again {
  /** How often it is tried in all; a transaction begins anew each time. */
  readonly tries: number;
  /** Milliseconds before its second try, about; twice as many before each further one. */
  readonly pause: number;
  /** Which connections are used no more: none, its own, or all that the pool has now. */
  readonly leaves: 'none' | 'own' | 'all';
}

/** The server has rolled the transaction back, because of another one. */
const anew: Again = { tries: 7, pause: 20, leaves: 'none' };
/** The same, but its server may have lost its group: the next try may get another one. */
const anewElsewhere: Again = { ...anew, leaves: 'own' };
/** This server takes no writes, or nothing at all. A new connection may lead to another. */
const elsewhere: Again = { tries: 4, pause: 100, leaves: 'all' };

/** One line of the table of what servers say: what people are told, and what is done again. */
export interface Ordinary {
  /** Error numbers of the servers, and error codes of the driver. */
  readonly of: readonly (number | string)[];
  /** Which messages of these numbers are meant, if a number says several things; the first that fits counts. */
  readonly when?: RegExp;
  readonly code: ErrorCode;
  readonly text: LocalizedText;
  readonly hint: LocalizedText;
  /** True if the server's own message names the column, table or option. */
  readonly words?: true;
  /** What a call does after it; without, it fails. A lost connection is another matter: see `lost`. */
  readonly calls?: Again;
  /**
   * True if the connection is gone. A read is then repeated once on a new connection, and so is a transaction that had
   * not begun.
   */
  readonly lost?: true;
  /** True if a write or a COMMIT that is answered so may have been done all the same. It is never repeated. */
  readonly unknown?: true;
  /**
   * What a job does after it; without, it fails. `waits`: it goes on by itself, however long it takes. `tries`: for six
   * minutes, because the statement itself may be to blame.
   */
  readonly jobs?: 'waits' | 'tries';
}

const isEnded = {
  code: 'unavailable',
  text: { zh: 'MySQL 结束了这条连接', en: 'MySQL has ended the connection' },
  hint: {
    zh: '未提交的变更已全部回滚。服务器恢复后再试一次。',
    en: 'Nothing uncommitted was kept. Try again when the server is back.',
  },
} as const;

const isConflict = {
  code: 'conflict',
  text: { zh: '与另一个变更冲突，已回滚', en: 'Another change was in the way; this one was rolled back' },
  hint: { zh: '再试一次。', en: 'Try again.' },
} as const;

const isReadOnly = {
  code: 'read_only',
  text: { zh: '数据库处于只读状态', en: 'The database is read-only' },
  hint: {
    zh: '若刚发生主从切换，稍后再试；否则请检查连接的是不是主库，以及 read_only 的设置。',
    en: 'After a switch-over, try again in a moment; else see whether this is the primary, and how read_only is set.',
  },
} as const;

/**
 * Common errors of servers: what they mean for users, and what calls and jobs do about them. The only place that says
 * so; docs/mysql-errors.md shows it, and a test compares the two.
 */
export const ordinaryRefusals: readonly Ordinary[] = [
  {
    // The hour begins with the account's first statement, so waiting always helps in the end.
    of: [1226],
    when: /max_(questions|queries|updates|connections_per_hour)/,
    code: 'unavailable',
    text: {
      zh: '数据库账号这一小时的次数已用完',
      en: 'The database account has used up what it may do in this hour',
    },
    hint: {
      zh: '等到下一小时再试，或提高该账号的上限（ALTER USER … WITH MAX_QUERIES_PER_HOUR、MAX_UPDATES_PER_HOUR、MAX_CONNECTIONS_PER_HOUR，0 为不限）。',
      en: 'Try again in the next hour, or raise the account’s limit (ALTER USER … WITH MAX_QUERIES_PER_HOUR, MAX_UPDATES_PER_HOUR, MAX_CONNECTIONS_PER_HOUR; 0 is no limit).',
    },
    words: true,
    jobs: 'waits',
  },
  {
    // Connections of the server, of the account; no thread for one more.
    of: [1040, 1203, 1226, 1135],
    code: 'unavailable',
    text: { zh: 'MySQL 不再接受更多连接', en: 'MySQL takes no more connections' },
    hint: {
      zh: '稍后再试；若反复出现，请减小连接池，或提高 max_connections 与该账号的上限（MAX_USER_CONNECTIONS）。',
      en: 'Try again later; if it comes again, make the pool smaller, or raise max_connections and the account’s own limit (MAX_USER_CONNECTIONS).',
    },
    words: true,
    jobs: 'waits',
  },
  {
    of: [1129],
    code: 'unavailable',
    text: {
      zh: 'MySQL 因出错次数过多而封锁了这台机器',
      en: 'MySQL has blocked this machine after too many connection errors',
    },
    hint: {
      zh: '请数据库管理员执行 FLUSH HOSTS（或提高 max_connect_errors），然后再试一次。',
      en: 'Have FLUSH HOSTS run at the database (or max_connect_errors raised), then try again.',
    },
    words: true,
    jobs: 'waits',
  },
  {
    of: [1969, 3024],
    code: 'timeout',
    text: {
      zh: '语句超过了数据库允许的执行时间，已被终止',
      en: 'The statement took longer than the database allows, and was ended',
    },
    hint: {
      zh: '没有做任何改动。缩小范围再试；或提高服务器（MariaDB 的 max_statement_time、MySQL 的 max_execution_time）或代理的时间上限。',
      en: 'Nothing was changed. Try a smaller range; or raise the limit of the server (max_statement_time of MariaDB, max_execution_time of MySQL) or of the proxy.',
    },
    words: true,
    jobs: 'tries',
  },
  {
    of: [1053, 1927, 2006, 2013, 1158, 1159, 1160, 1161],
    ...isEnded,
    lost: true,
    unknown: true,
    jobs: 'waits',
  },
  // It was idle for too long, so nothing was sent on it.
  { of: [4031], ...isEnded, lost: true, jobs: 'waits' },
  {
    of: [1047],
    code: 'unavailable',
    text: { zh: '这个 Galera 节点还没有就绪', en: 'This Galera node is not ready' },
    hint: {
      zh: '节点脱离了集群或正在同步。稍后再试，或改用其他节点。',
      en: 'The node has lost the cluster, or is catching up. Try again later, or use another node.',
    },
    calls: elsewhere,
    jobs: 'waits',
  },
  {
    // Galera: also when a large transaction loses the cluster before its end.
    of: [1180],
    code: 'unavailable',
    text: { zh: '服务器提交时出错', en: 'The server met an error while it committed' },
    hint: {
      zh: '再试一次；若反复出现，请检查服务器的日志，以及它是否仍在集群里。',
      en: 'Try again; if it comes again, look at the server’s log, and whether it is still in its cluster.',
    },
    words: true,
    calls: elsewhere,
    unknown: true,
    jobs: 'waits',
  },
  {
    of: [3100],
    code: 'unavailable',
    text: { zh: '服务器脱离了它的复制组', en: 'The server has left its replication group' },
    hint: {
      zh: '稍后再试；若反复出现，请检查组复制的状态（performance_schema.replication_group_members）。',
      en: 'Try again later; if it comes again, look at the group’s state (performance_schema.replication_group_members).',
    },
    words: true,
    calls: elsewhere,
    unknown: true,
    jobs: 'waits',
  },
  {
    of: [9001],
    code: 'unavailable',
    text: { zh: 'ProxySQL 后面没有可用的 MySQL', en: 'ProxySQL found no MySQL behind it in time' },
    hint: {
      zh: '检查 ProxySQL 的后端服务器是否在线，然后再试一次。',
      en: 'See whether the servers behind ProxySQL are online, then try again.',
    },
    lost: true,
    unknown: true,
    jobs: 'waits',
  },
  {
    of: [1317],
    code: 'unavailable',
    text: { zh: '语句被数据库管理员终止', en: 'The statement was ended at the database by an administrator' },
    hint: {
      zh: '没有做任何改动。再试一次；若反复出现，请询问数据库管理员。',
      en: 'Nothing was changed. Try again; if it comes again, ask whoever runs the database.',
    },
    jobs: 'tries',
  },
  {
    // Disk, table space, memory, locks, a file error; MariaDB's limits of temporary space.
    of: [1021, 1114, 1041, 1037, 1038, 1206, 1028, 1878, 3, 1026, 200, 201],
    code: 'unavailable',
    text: { zh: 'MySQL 的磁盘或内存已用尽', en: 'MySQL has run out of disk or memory' },
    hint: {
      zh: '没有做任何改动。请在数据库服务器上腾出空间后再试。',
      en: 'Nothing was changed. Make room on the database server, then try again.',
    },
    words: true,
    jobs: 'tries',
  },
  {
    // The engine's own number 28 is that of a full disk.
    of: [1030],
    when: /\b28\b|no space|disk full/i,
    code: 'unavailable',
    text: { zh: 'MySQL 的磁盘已满', en: 'MySQL’s disk is full' },
    hint: {
      zh: '没有做任何改动。请在数据库服务器上腾出空间后再试。',
      en: 'Nothing was changed. Make room on the database server, then try again.',
    },
    words: true,
    jobs: 'tries',
  },
  {
    of: [1030],
    code: 'unavailable',
    text: { zh: 'MySQL 的存储引擎报告了错误', en: 'MySQL’s storage engine reports an error' },
    hint: {
      zh: '没有做任何改动。错误号见详情，原因见数据库服务器的日志。',
      en: 'Nothing was changed. The details have its number; the log of the database server says why.',
    },
    words: true,
    jobs: 'tries',
  },
  {
    of: [1153, 1301],
    code: 'unsupported',
    text: { zh: '数据超过了 MySQL 一次能接受的大小', en: 'The data is larger than what MySQL takes at once' },
    hint: {
      zh: '没有做任何改动。提高服务器的 max_allowed_packet（建议 64M），或分成几次提交。',
      en: 'Nothing was changed. Raise the server’s max_allowed_packet (64M is usual), or do it in smaller parts.',
    },
    words: true,
  },
  {
    of: [1197, 1594],
    code: 'unsupported',
    text: {
      zh: '这次改动超过了服务器允许的事务大小',
      en: 'The change is larger than a transaction may be on this server',
    },
    hint: {
      zh: '没有做任何改动。提高 max_binlog_cache_size，或分成几次提交。',
      en: 'Nothing was changed. Raise max_binlog_cache_size, or do it in smaller parts.',
    },
    words: true,
  },
  { of: [1290], when: /read[-_ ]only/i, ...isReadOnly, calls: elsewhere, jobs: 'waits' },
  { of: [1792, 1836, 1874], ...isReadOnly, calls: elsewhere, jobs: 'waits' },
  // A single table.
  { of: [1036], ...isReadOnly, jobs: 'tries' },
  {
    of: [1290],
    code: 'unsupported',
    text: { zh: '服务器的启动选项不允许这条语句', en: 'An option of the server does not allow this statement' },
    hint: {
      zh: '没有做任何改动。选项名见详情，请数据库管理员调整。',
      en: 'Nothing was changed. The details name the option; ask whoever runs the database.',
    },
    words: true,
  },
  {
    of: [1862, 1820],
    code: 'forbidden',
    text: { zh: '数据库账号的密码已过期', en: 'The password of the database account has expired' },
    hint: {
      zh: '在数据库里为该账号设置新密码，再更新连接。',
      en: 'Give the account a new password at the database, then change it in the connection.',
    },
  },
  {
    of: [3118, 4151],
    code: 'forbidden',
    text: { zh: '数据库账号已被锁定', en: 'The database account is locked' },
    hint: {
      zh: '请管理员解锁（ALTER USER … ACCOUNT UNLOCK）。',
      en: 'Have it unlocked (ALTER USER … ACCOUNT UNLOCK).',
    },
  },
  {
    of: [1049],
    code: 'not_found',
    text: { zh: '服务器上没有这个数据库', en: 'The server has no such database' },
    hint: { zh: '检查连接里的数据库名。', en: 'See whether the connection names the right database.' },
    words: true,
  },
  {
    of: ['AUTH_SWITCH_PLUGIN_ERROR', 1251, 2059, 1524],
    code: 'unsupported',
    text: {
      zh: '数据库账号的登录方式不受支持',
      en: 'The database account signs in by a way that is not supported',
    },
    hint: {
      zh: '请让该账号改用 caching_sha2_password 或 mysql_native_password 登录。',
      en: 'Let the account sign in by caching_sha2_password or mysql_native_password.',
    },
    words: true,
  },
  {
    of: [1044, 1045, 1142, 1143, 1227, 1370, 1419],
    code: 'forbidden',
    text: { zh: '数据库账号没有这项权限', en: 'The database account lacks this right' },
    hint: {
      zh: '换一个有权限的数据库账号，或请管理员授权。',
      en: 'Use another database account, or have the right granted.',
    },
  },
  {
    of: [1062],
    code: 'conflict',
    text: { zh: '数据库里已有相同的值，没有做任何改动', en: 'The same value is there already; nothing was changed' },
    hint: { zh: '刷新后再试一次。', en: 'Refresh, then try again.' },
  },
  {
    of: [1451, 1217],
    code: 'unsupported',
    text: {
      zh: '站点有其他数据表引用这些数据，数据库拒绝删除，没有做任何改动',
      en: 'Another table of this site refers to these rows: the database refuses to delete them, and nothing was changed',
    },
    hint: {
      zh: '外键的名称见详情。先处理引用它们的数据，再试一次。',
      en: 'The details name the foreign key. See to the rows that refer to them, then try again.',
    },
    words: true,
  },
  { of: [1213], ...isConflict, calls: anew, jobs: 'waits' },
  { of: [3101], ...isConflict, calls: anewElsewhere, jobs: 'waits' },
  // Whoever holds the lock was waited for already.
  { of: [1205, 3572], ...isConflict, jobs: 'waits' },
  {
    of: [1054, 1146],
    code: 'unsupported',
    text: {
      zh: '数据库结构与设计不同：缺少表或列',
      en: 'The database differs from the design: a table or column is missing',
    },
    hint: { zh: '在「设置 › 数据库」查看差异。', en: 'See the differences under Settings › Database.' },
    words: true,
  },
  {
    of: [1267, 1270, 1271, 3988],
    code: 'unsupported',
    text: {
      zh: '有一列用另一种字符集，无法与这些文字比较，没有做任何改动',
      en: 'A column has another character set, and cannot be compared with this text; nothing was changed',
    },
    hint: {
      zh: '去掉表情等特殊字符再试；在「设置 › 数据库」查看哪些列与设计不同。',
      en: 'Try without emoji and rare characters; see under Settings › Database which columns differ from the design.',
    },
    words: true,
  },
  {
    of: [1264, 1265, 1366, 1406],
    code: 'unsupported',
    text: { zh: '有一列存不下这个值，没有做任何改动', en: 'A column cannot hold this value; nothing was changed' },
    hint: {
      zh: '在「设置 › 数据库」查看哪些列与设计不同，可用修复补上。',
      en: 'See under Settings › Database which columns differ from the design; repairs mend them.',
    },
    words: true,
  },
];
