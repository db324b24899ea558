import type { AuditOutcome, Proof, ProofPlace, SkipReason } from '../../contract/common.js';
import type { AuditRow, CardState, CardType, Job, SiteRole } from '../../contract/index.js';
import { type Language, type LocalizedText, translate } from '../../contract/text.js';

type Words<Code extends string> = Readonly<Record<Code, LocalizedText>>;

const outcome: Words<AuditOutcome> = {
  running: { zh: '进行中', en: 'running' },
  done: { zh: '完成', en: 'done' },
  partly: { zh: '部分完成', en: 'partly done' },
  stopped: { zh: '已停止', en: 'stopped' },
  refused: { zh: '被拒绝', en: 'refused' },
  failed: { zh: '失败', en: 'failed' },
};

const origin: Words<AuditRow['origin']> = {
  window: { zh: '窗口', en: 'window' },
  terminal: { zh: '终端', en: 'terminal' },
  schedule: { zh: '定时', en: 'schedule' },
  job: { zh: '任务', en: 'job' },
};

const undo: Words<Proof['undo']> = {
  possible: { zh: '可撤销', en: 'possible' },
  undone: { zh: '已撤销', en: 'undone' },
  impossible: { zh: '不能撤销', en: 'impossible' },
};

const place: Words<ProofPlace['place']> = {
  database: { zh: '数据库', en: 'database' },
  config: { zh: '站点配置', en: 'site config' },
  tvbox: { zh: 'TVBox 令牌', en: 'TVBox token' },
  invitation_code: { zh: '邀请码', en: 'invitation code' },
  sessions: { zh: '登录会话', en: 'sessions' },
  cache: { zh: '缓存', en: 'cache' },
};

const role: Words<SiteRole> = {
  owner: { zh: '站长', en: 'owner' },
  admin: { zh: '管理员', en: 'admin' },
  user: { zh: '用户', en: 'user' },
};

const type: Words<CardType> = {
  year: { zh: '年卡', en: 'year' },
  quarter: { zh: '季卡', en: 'quarter' },
  month: { zh: '月卡', en: 'month' },
  week: { zh: '周卡', en: 'week' },
};

const state: Words<ProofPlace['state'] | Job['state'] | CardState> = {
  waiting: { zh: '等待中', en: 'waiting' },
  running: { zh: '运行中', en: 'running' },
  paused: { zh: '已暂停', en: 'paused' },
  done: { zh: '已完成', en: 'done' },
  failed: { zh: '失败', en: 'failed' },
  cancelled: { zh: '已取消', en: 'cancelled' },
  pending: { zh: '重试中', en: 'retrying' },
  none: { zh: '无需处理', en: 'nothing to do' },
  unused: { zh: '未使用', en: 'unused' },
  used: { zh: '已使用', en: 'used' },
  expired: { zh: '已到期', en: 'expired' },
  revoked: { zh: '已作废', en: 'revoked' },
};

const why: Words<SkipReason> = {
  self: { zh: '当前账号', en: 'your own account' },
  owner: { zh: '站长', en: 'the owner' },
  higher_role: { zh: '权限更高', en: 'higher role' },
  already_so: { zh: '已是该状态', en: 'already so' },
  unknown: { zh: '不存在', en: 'not found' },
  duplicate: { zh: '重复', en: 'duplicate' },
  moved_on: { zh: '之后又有变化', en: 'changed again since' },
  taken_out: { zh: '已移出', en: 'taken out' },
  card_used: { zh: '已被使用', en: 'in use' },
  card_not_bound: { zh: '没有绑定', en: 'not bound' },
  card_expired: { zh: '已到期', en: 'expired' },
  card_revoked: { zh: '已作废', en: 'revoked' },
  card_assigned: { zh: '已分配给用户', en: 'assigned to a user' },
  user_banned: { zh: '用户已封禁', en: 'user is banned' },
  user_unknown: { zh: '用户不存在', en: 'no such user' },
  past_2038: { zh: '到期将超过 2038 年', en: 'would end after 2038' },
};

const words: Readonly<Record<string, Readonly<Record<string, LocalizedText>>>> = {
  outcome,
  origin,
  undo,
  place,
  state,
  why,
  role,
  type,
};

/**
 * The word for a code, for people; JSON and CSV keep the code. What has no word, such as a code of another version, is
 * returned as it is. `name` may be a path: `proof.undo`.
 */
export function codeWord(name: string, code: string, language: Language): string {
  const field = name.slice(name.lastIndexOf('.') + 1);
  const known = Object.hasOwn(words, field) ? words[field] : undefined;
  const word = known !== undefined && Object.hasOwn(known, code) ? known[code] : undefined;
  return word === undefined ? code : translate(word, language);
}
