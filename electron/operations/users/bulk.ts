import type { Changed, Preview, SkippedGroup } from '../../contract/common.js';
import { Refusal } from '../../contract/errors.js';
import type { ItemStep } from '../../jobs/step.js';
import type { Author } from '../../storage/change.js';
import { countSessions } from '../../storage/redis/sessions.js';
import type { Site } from '../../storage/site.js';
import { proofOf } from '../audit/proof.js';
import { abortable } from '../abortable.js';
import type { SiteContext } from '../context.js';
import { type Action, actOn, type LockedUser, type Selecting, userColumns } from './action.js';
import {
  changedBy,
  judge,
  type Judgement,
  resolveSelection,
  skippedGroups,
  skippedRows,
  survey,
  usersOf,
} from './selection.js';

/** Up to this many are changed at once, in one transaction; more go on as a job. */
const atOnce = 500;
const shownRows = 200;

const stale = (): Refusal =>
  new Refusal(
    'stale_preview',
    { zh: '预览之后用户已有变化', en: 'The users are no longer as the preview showed them' },
    {
      hint: { zh: '重新预览再确认。', en: 'Preview again, then confirm.' },
    },
  );

function judgementOf<Input>(
  action: Action<Input>,
  operator: { readonly username: string; readonly role: string },
  input: Input,
): Judgement {
  return judge(operator, action.already(input), action.state);
}

/** What an action would do now. Throws unsupported without the console's tables, invalid_input. */
export async function preview<Input extends Selecting>(
  action: Action<Input>,
  input: NoInfer<Input>,
  { site, operator, signal }: SiteContext,
): Promise<Preview> {
  await site.needConsoleTables();
  action.check?.(input);
  const judgement = judgementOf(action, operator, input);
  const sql = abortable(site.db, signal);
  const scope = await resolveSelection(sql, input.who);
  const found = await survey(sql, action.operation, scope, judgement, action.effects);
  const changing = await usersOf<LockedUser>(sql, scope, judgement, ['changed'], userColumns, shownRows);
  const skipped = await skippedGroups(sql, scope, judgement, found);
  const total =
    Object.values(found.counts).reduce((sum, count) => sum + count, 0) +
    scope.aside.reduce((sum, { count }) => sum + count, 0);
  const sessions =
    action.endsSessions(input) && found.counts.changed <= shownRows ? await sessionsOf(site, changing) : null;
  return {
    fingerprint: found.fingerprint,
    matching: total,
    changed: found.counts.changed,
    skipped,
    effects: { ...found.sums, ...(sessions === null ? {} : { sessions }) },
    rows: [
      ...changing.map(
        (user) =>
          ({ target: user.username, outcome: 'changed', why: null, detail: action.detail(user, input) }) as const,
      ),
      ...skippedRows(skipped, shownRows - changing.length),
    ],
    sql: action.statements(input),
    asJob: found.counts.changed > atOnce,
  };
}

/** Sessions that would end; null where nobody can tell (Redis is down). */
async function sessionsOf(site: Site, users: readonly LockedUser[]): Promise<number | null> {
  if (!site.redisUp) return null;
  try {
    const counts = await Promise.all(users.map((user) => countSessions(site.redis, site.keys, user.username)));
    return counts.reduce((sum, count) => sum + count, 0);
  } catch {
    return null;
  }
}

interface Answer {
  readonly changed: number;
  readonly skipped: readonly SkippedGroup[];
  readonly jobId: string | null;
}

/**
 * Does an action: up to 500 users at once, more as a job over the set frozen now.
 * Throws stale_preview if the set or its state is another than the fingerprint says, and what `change` throws.
 */
export async function apply<Input extends Selecting>(
  action: Action<Input>,
  input: NoInfer<Input> & { readonly fingerprint: string },
  context: SiteContext,
): Promise<Changed> {
  const { site, author, operator, jobs } = context;
  action.check?.(input);
  const judgement = judgementOf(action, operator, input);
  const asJob = changedBy(input.fingerprint) > atOnce;
  const { value, auditId } = await context.change<Answer>(
    async (change) => {
      const scope = await resolveSelection(change.tx, input.who);
      const found = await survey(change.tx, action.operation, scope, judgement);
      if (found.fingerprint !== input.fingerprint) throw stale();
      const skipped = await skippedGroups(change.tx, scope, judgement, found);
      const targets = (
        await usersOf<{ username: string }>(change.tx, scope, judgement, ['changed'], 'u.username', null)
      ).map((row) => row.username);
      if (asJob) {
        const { who: _, ...rest } = input;
        return {
          changed: targets.length,
          skipped,
          jobId: await jobs.create(change, { operation: action.operation, input: rest, author, targets }),
        };
      }
      const changed = await actOn(action, change, site, author, input, targets, judgement);
      if (changed !== targets.length) throw stale();
      return { changed, skipped, jobId: null };
    },
    asJob ? { startsJob: true } : {},
  );
  if (value.jobId !== null) {
    jobs.wake();
    return { done: false, jobId: value.jobId, total: value.changed };
  }
  return { done: true, changed: value.changed, skipped: value.skipped, proof: await proofOf(site, auditId) };
}

/** The step of a job of this action: whoever may not be changed any more is skipped. */
export function stepOf<Input>(action: Action<Input>): ItemStep {
  return {
    operation: action.operation,
    chunk: action.chunk,
    async run(change, { site, author, input, items }) {
      const typed = input as Input;
      const judgement = judgementOf(action, operatorOf(author), typed);
      const changed = await actOn(
        action,
        change,
        site,
        author,
        typed,
        items.map((item) => item.target),
        judgement,
      );
      return { changed, skipped: items.length - changed };
    },
  };
}

function operatorOf(author: Author): { readonly username: string; readonly role: string } {
  return { username: author.operator, role: author.role };
}
