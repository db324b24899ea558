import * as z from 'zod';
import { Refusal } from '../contract/errors.js';
import { idempotencyKey } from '../contract/common.js';
import type { Definition } from '../contract/operation.js';
import type { Operator } from '../contract/session.js';
import type { Desk } from '../operations/desk/desk.js';
import { rightsRevoked, signInEnded, type SignInStamp } from '../operations/session/operator-rights.js';
import type { Site } from '../data/site.js';
import { problemOf } from './problems.js';

/** The input, checked against the contract, with defaults. Throws invalid_input with one entry per wrong field. */
export function checkInput(definition: Definition, input: unknown): unknown {
  const parsed = definition.input.safeParse(input, { error: (issue) => problemOf(issue).en });
  if (parsed.success) return wellFormed(parsed.data);
  const fields = fieldsOf(parsed.error);
  const first = fields[0];
  const chinese = definition.input.safeParse(input, { error: (issue) => problemOf(issue).zh });
  const inChinese = chinese.success ? undefined : fieldsOf(chinese.error)[0]?.problem;
  throw new Refusal(
    'invalid_input',
    { zh: '输入不符合要求', en: 'The input is not as it should be' },
    {
      hint:
        first === undefined
          ? undefined
          : {
              zh: `${first.field === '' ? '整个输入' : first.field}：${inChinese ?? first.problem}`,
              en: `${first.field === '' ? 'The whole input' : first.field}: ${first.problem}`,
            },
      details: { fields },
    },
  );
}

/** Half of a surrogate pair. */
const lone = /\p{Surrogate}/u;

/**
 * Where the input has half of a surrogate pair (a cut emoji), or null. The database would keep another character in its
 * place: the name would mean nobody, or somebody else.
 */
function brokenText(value: unknown, path = ''): string | null {
  if (typeof value === 'string') return lone.test(value) ? path : null;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, inner] of Object.entries(value)) {
    const place = path === '' ? key : `${path}.${key}`;
    if (lone.test(key)) return path;
    const broken = brokenText(inner, place);
    if (broken !== null) return broken;
  }
  return null;
}

/** The input itself. Throws `invalid_input` if it has half of a symbol. */
function wellFormed(input: unknown): unknown {
  const broken = brokenText(input);
  if (broken !== null) throw halfSymbol(broken);
  return input;
}

function halfSymbol(field: string): Refusal {
  const zh = '含有半个字符（被截断的表情符号），数据库存不下';
  const en = 'ends in half a symbol (a cut emoji), which no database keeps';
  return new Refusal(
    'invalid_input',
    { zh: '输入不符合要求', en: 'The input is not as it should be' },
    {
      hint: {
        zh: `${field === '' ? '整个输入' : field}：${zh}`,
        en: `${field === '' ? 'The whole input' : field}: ${en}`,
      },
      details: { fields: [{ field, problem: en }] },
    },
  );
}

function fieldsOf(error: z.ZodError): readonly { readonly field: string; readonly problem: string }[] {
  return error.issues
    .flatMap((issue) => issuesWithin(issue, []))
    .slice(0, 20)
    .map(({ path, message }) => ({ field: path.map(String).join('.'), problem: message }));
}

interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** The problem, or those of the variant of a union that the input resembles most: the one with the same fields. */
function issuesWithin(issue: z.core.$ZodIssue, above: readonly PropertyKey[]): readonly Problem[] {
  const path = [...above, ...issue.path];
  if (issue.code !== 'invalid_union') return [{ path, message: issue.message }];
  const fitting = issue.errors.filter((issues) => !issues.some(isMisfit));
  const [only, ...others] = fitting;
  if (only === undefined || others.length > 0) return [{ path, message: issue.message }];
  return only.flatMap((each) => issuesWithin(each, path));
}

/** Another variant was meant: this one has no such fields, or another constant. */
function isMisfit({ code, path }: z.core.$ZodIssue): boolean {
  return (code === 'unrecognized_keys' && path.length === 0) || (code === 'invalid_value' && path.length === 1);
}

/** The refusal if no one is signed in. */
export function notSignedIn(): Refusal {
  return new Refusal(
    'unauthenticated',
    { zh: '尚未登录', en: 'Not signed in' },
    { hint: { zh: '用站长或管理员账号登录。', en: 'Sign in with an owner’s or admin’s account.' } },
  );
}

const ranks = { user: 0, admin: 1, owner: 2 } as const;

/** Throws unauthenticated or forbidden if the operator's role is too low. */
export function checkRole(definition: Definition, operator: Operator | null): void {
  if (definition.role === 'anyone') return;
  if (operator === null) throw notSignedIn();
  if (ranks[operator.role] < ranks[definition.role]) {
    throw new Refusal(
      'forbidden',
      { zh: '此操作只有站长可以执行', en: 'Only the owner may do this' },
      { hint: { zh: '请站长来操作。', en: 'Ask the owner.' } },
    );
  }
}

/** The read-only guard: stops every write on a locked site, here in the main process. */
export function checkLock(definition: Definition, desk: Desk): void {
  if (definition.kind !== 'write' || definition.scope !== 'site' || !desk.locked) return;
  throw new Refusal(
    'read_only',
    { zh: '连接已锁定为只读', en: 'The connection is locked read-only' },
    { hint: { zh: '输入连接名称即可解锁一段时间。', en: 'Type the connection’s name to unlock it for a while.' } },
  );
}

/** Throws unsupported if tables that the operation needs are missing. Asks the database only until they are there. */
export async function checkNeeds({ needs }: Definition, site: Site): Promise<void> {
  if (needs !== undefined) await site.need(needs);
}

/** A sign-in as the call found it. */
export interface SignedIn {
  readonly site: Site;
  readonly operator: Operator;
  readonly stamps: () => readonly SignInStamp[];
}

/**
 * Re-checks the operator's sign-in on every call. Throws forbidden if the operator was banned, demoted, deleted or
 * given another password since signing in: the call reads and changes nothing.
 */
export async function checkRights(
  desk: Desk,
  { site, operator, stamps }: SignedIn,
  signal: AbortSignal,
): Promise<void> {
  const why = await rightsRevoked(site, operator, stamps, signal);
  if (why === null) return;
  desk.endSignIn(operator, why);
  throw signInEnded(why);
}

/** Writes on the site need a key, so that a repeated call does not repeat the work. */
export function checkKey(definition: Definition, key: string | undefined): string | undefined {
  if (definition.kind !== 'write' || definition.scope !== 'site') return undefined;
  const parsed = z.safeParse(idempotencyKey, key);
  if (parsed.success) return parsed.data;
  throw new Refusal('invalid_input', {
    zh: '写操作需要一个幂等键（8–64 个字母、数字或 _.:-）',
    en: 'A write needs an idempotency key (8–64 letters, digits or _.:-)',
  });
}
