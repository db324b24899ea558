import { BridgeError } from '../bridge';
import type { Call, Envelope, ErrorCode, Job, Preview, Proof, SessionState } from '../contract';
import { both, inDays, long } from './example';

/** A job in some state. */
export const job = (state: Job['state'], more: Partial<Job> = {}): Job => ({
  id: state,
  operation: 'users.ban',
  label: both('封禁用户', 'Ban users'),
  operator: 'owner',
  state,
  total: 12_840,
  done: state === 'done' ? 12_840 : 5_264,
  skipped: 0,
  failed: 0,
  rate: state === 'running' ? 1_204 : null,
  secondsLeft: state === 'running' ? 41 : null,
  canPause: true,
  canResume: state === 'failed' || state === 'cancelled',
  startedAt: inDays(-0.2),
  finishedAt: state === 'running' || state === 'waiting' || state === 'paused' ? null : inDays(-0.1),
  error: state === 'failed' ? both('MySQL 连接已断开。', 'The connection to MySQL was lost.') : null,
  code: state === 'failed' ? 'unavailable' : null,
  audits: state === 'done' ? ['4711'] : [],
  file: null,
  ...more,
});

export const proof = (auditId: string, more: Partial<Proof> = {}): Proof => ({
  auditId,
  at: inDays(-0.1),
  by: 'owner',
  undo: 'possible',
  places: [
    { place: 'database', state: 'done', count: 1_284 },
    { place: 'sessions', state: 'done', count: 311 },
    { place: 'cache', state: 'done', count: 2_568 },
    { place: 'config', state: 'none', count: 0 },
  ],
  ...more,
});

/** Proofs that need a place that is away, or cannot be taken back. */
export const pendingProof = (): Proof =>
  proof('4712', {
    undo: 'impossible',
    places: [
      { place: 'database', state: 'done', count: 12 },
      { place: 'cache', state: 'pending', count: 24 },
    ],
  });

/** The proof of an undo after which some sessions stay ended. */
export const undoProof = (): Proof => proof('4713', { notRestored: { sessions: 3 } });

export const preview = (more: Partial<Preview> = {}): Preview => ({
  fingerprint: '0123456789abcdef',
  matching: 6,
  changed: 3,
  skipped: [
    { why: 'owner', count: 1, sample: ['moon_owner'] },
    { why: 'already_so', count: 2, sample: ['lin', 'zhao_wei'] },
  ],
  effects: { sessions: 4, cards: 3, play_records: 1_204 },
  rows: [
    { target: 'anna', outcome: 'changed', why: null, detail: { role: 'user', tvbox: true } },
    {
      target: '王小明',
      outcome: 'changed',
      why: null,
      detail: { of: 'membership', before: inDays(-3), after: inDays(27) },
    },
    { target: long().slice(-50), outcome: 'changed', why: null, detail: { role: 'admin' } },
    { target: 'moon_owner', outcome: 'skipped', why: 'owner', detail: { role: 'owner' } },
    { target: 'lin', outcome: 'skipped', why: 'already_so', detail: {} },
    { target: 'zhao_wei', outcome: 'skipped', why: 'already_so', detail: {} },
  ],
  sql: ['UPDATE users SET banned = 1 WHERE id IN (12, 57, 91)', 'INSERT INTO console_audit (operator) VALUES (?)'],
  asJob: false,
  ...more,
});

export const failure = (code: ErrorCode, details: unknown = null): BridgeError =>
  new BridgeError(
    code,
    both('数据库没有回应，请求已停止。', 'The database did not answer, and the request was stopped.'),
    both('检查服务器与网络，然后重试。', 'Check the server and the network, then try again.'),
    details,
  );

const jobs = ['running', 'paused', 'failed', 'cancelled', 'waiting', 'done'] as const;

/** Somebody may write. */
const session: SessionState = {
  connection: null,
  operator: null,
  ended: null,
  locked: false,
  unlockedUntil: null,
  database: null,
  needsOwner: false,
};

/** What the calls of the examples are answered; undefined is never answered, as while something is loading. */
function answerTo({ operation, input }: Call): unknown {
  const { id } = Object(input) as { readonly id?: string };
  switch (operation) {
    case 'session.state':
      return session;
    case 'jobs.get':
      return jobs.filter((state) => state === id).map((state) => job(state))[0] ?? failure('timeout');
    case 'jobs.leftOut':
      return { rows: ['anna', 'lin', '王小明', long().slice(-50)], next: 4 };
    case 'audit.proof':
      return id === '4712' ? pendingProof() : id === '4713' ? undoProof() : proof(id ?? '4711');
    case 'users.ban.preview':
    case 'audit.undo.preview':
      return preview();
    case 'users.delete.preview':
      return failure('unavailable');
    default:
      return undefined;
  }
}

/** Answers the calls of this page, which has no main process. Nothing here can reach a site. */
export function answerCalls(): void {
  const call = (asked: Call): Promise<Envelope<unknown>> => {
    const value = answerTo(asked);
    if (value === undefined) return new Promise(() => undefined);
    if (!(value instanceof BridgeError)) return Promise.resolve({ ok: true, value });
    const { code, message, hint } = value;
    return Promise.resolve({ ok: false, error: { code, message, ...(hint === null ? {} : { hint }) } });
  };
  Object.defineProperty(window, 'moondesk', {
    value: { call, cancel: () => undefined, on: () => () => undefined },
  });
}
