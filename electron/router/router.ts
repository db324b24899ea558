import { Refusal } from '../contract/errors.js';
import type { Envelope } from '../contract/envelope.js';
import { type Call, contract } from '../contract/index.js';
import type { Definition } from '../contract/operation.js';
import { type Language, translate } from '../contract/text.js';
import type { DeskContext, Handlers, SiteContext } from '../operations/context.js';
import type { Desk } from '../operations/desk/desk.js';
import { lockRights, type SignInStamp } from '../operations/session/operator-rights.js';
import { auditAttempt, type Author, type Change, runAudited, type ChangeDraft } from '../data/write/audited-change.js';
import { answered } from '../data/write/idempotency.js';
import { checkInput, checkKey, checkLock, checkNeeds, checkRole, checkRights, notSignedIn } from './checks.js';
import { jobErrorOf, writeJobError } from '../jobs/job-error.js';
import { failureOf } from './failure.js';
import type { Log } from './log.js';
import { mask } from './mask.js';
import { openSite } from '../operations/session/open-site.js';

export interface Caller {
  readonly origin: Author['origin'];
}

export interface Router {
  /** Runs one call. Never throws and never hangs: every outcome becomes an envelope. */
  dispatch(call: Call, caller: Caller): Promise<Envelope<unknown>>;
  /** Ends a running call: its query is killed. Unknown ids are ignored. */
  cancel(id: string): void;
}

export interface RouterOptions {
  readonly handlers: Handlers;
  readonly desk: Desk;
  readonly log: Log;
}

type AnyHandler = (input: unknown, context: DeskContext) => Promise<unknown>;

const defaultTimeLimit = 15_000;
/** How many milliseconds a handler may take to notice that its time is up, before the call returns without it. */
const grace = 3_000;

function labelOf(operation: string, language: Language): string {
  const definition = definitionOf(operation);
  if (definition !== null) return translate(definition.summary, language);
  return translate({ zh: `此版本不认识的操作 ${operation}`, en: `${operation}, unknown to this version` }, language);
}

function definitionOf(operation: string): Definition | null {
  return Object.hasOwn(contract, operation) ? contract[operation as keyof typeof contract] : null;
}

/**
 * The single entry point of every call, from the window and the terminal: validate → authorise → guard → run → audit →
 * envelope.
 */
export function createRouter({ handlers, desk, log }: RouterOptions): Router {
  const under = new Map<string, AbortController>();

  async function run(call: Call, caller: Caller, signal: AbortSignal): Promise<unknown> {
    const definition = definitionOf(call.operation);
    if (definition === null) {
      throw new Refusal(
        'invalid_input',
        { zh: '没有这个操作', en: 'There is no such operation' },
        { hint: { zh: '操作一览：desk.operations。', en: 'desk.operations lists them all.' } },
      );
    }
    const handler = handlers[call.operation as keyof Handlers] as AnyHandler;
    const language = call.language;
    const base: DeskContext = {
      desk,
      language,
      signal,
      origin: caller.origin,
      operator: desk.operator,
      say: (text) => translate(text, language),
      label: (operation) => labelOf(operation, language),
    };
    const { operator, jobs } = desk;
    const stamps = desk.stamps();
    const site = definition.scope === 'site' ? openSite(desk) : null;
    if (site === null) {
      checkRole(definition, operator);
      const input = checkInput(definition, call.input);
      if (definition.role !== 'anyone' && operator !== null && desk.site !== null)
        await checkRights(desk, { site: desk.site, operator, stamps }, signal);
      return handler(input, base);
    }
    if (operator === null || jobs === null) throw notSignedIn();
    const author: Author = { operator: operator.username, role: operator.role, origin: caller.origin };
    // Until the input is validated, the audit stores none of it.
    let draft: ChangeDraft = { author, operation: call.operation, input: null };
    try {
      checkRole(definition, operator);
      const input = checkInput(definition, call.input);
      const masked = mask(input, definition.secrets ?? []);
      draft = { ...draft, input: masked };
      checkLock(definition, desk);
      const key = checkKey(definition, call.idempotencyKey);
      const stillAllowed = (): Promise<void> => checkRights(desk, { site, operator, stamps }, signal);
      const keyed: ChangeDraft = key === undefined ? draft : { ...draft, idempotency: { key, asked: input } };
      let changes = 0;
      const context: SiteContext = {
        ...base,
        site,
        operator,
        jobs,
        author,
        checkRights: stillAllowed,
        answered: async <T>() => {
          const before = await answered<T>(site, keyed);
          // What it did then was written down then.
          if (before !== null) changes += 1;
          return before;
        },
        masked,
        lockRights: async (tx) => {
          await lockRights(tx, author, stamps());
        },
        change: async <T>(work: (change: Change) => Promise<T>, options = {}) => {
          changes += 1;
          let renewed: readonly SignInStamp[] = [];
          const outcome = await runAudited<T>(
            site,
            { ...keyed, ...options },
            async (begun) => {
              const value = await work(begun);
              const own = begun.endsSessionsOf(operator.username);
              const left = await lockRights(begun.tx, author, stamps(), own);
              // The sign-in survives one's own change of it. Its other calls see the old one until the commit, then the
              // new one.
              renewed = own ? [left] : [];
              if (own) desk.renewSignIn(operator, [...stamps(), left]);
              return value;
            },
            signal,
          );
          if (renewed.length > 0) desk.renewSignIn(operator, renewed);
          // A stored answer: no change has checked the rights.
          if (outcome.repeated) await stillAllowed();
          return outcome;
        },
      };
      const value = await checked(definition, stillAllowed, async () => {
        await checkNeeds(definition, site);
        return handler(input, context);
      });
      if (definition.kind === 'write' && changes === 0)
        log.error({ operation: call.operation }, 'a write left no audit entry');
      return value;
    } catch (error) {
      if (definition.kind === 'write')
        await auditFailure(site, draft, error).catch((failed: unknown) =>
          log.warn({ err: failed }, 'the failed attempt could not be audited'),
        );
      throw error;
    }
  }

  return {
    async dispatch(call, caller) {
      const controller = new AbortController();
      under.set(call.id, controller);
      const limit = definitionOf(call.operation)?.timeLimit ?? defaultTimeLimit;
      const timer = setTimeout(() => {
        controller.abort(
          new Refusal(
            'timeout',
            { zh: `超过 ${String(limit / 1000)} 秒，已停止`, en: `Stopped after ${String(limit / 1000)} s` },
            {
              hint: { zh: '缩小筛选范围，或稍后再试。', en: 'Narrow the filter, or try again later.' },
            },
          ),
        );
      }, limit);
      try {
        return { ok: true, value: await orAborted(run(call, caller, controller.signal), controller.signal) };
      } catch (error) {
        return { ok: false, error: failureOf(error, call.language, log, call.operation) };
      } finally {
        clearTimeout(timer);
        under.delete(call.id);
      }
    },
    cancel(id) {
      under.get(id)?.abort(new Refusal('cancelled', { zh: '已取消', en: 'Cancelled' }));
    },
  };
}

/**
 * A read runs at the same time as the rights check, and its result is returned only if that passes. An operation with
 * `withinChange` checks the rights inside its change, and again if it fails, because its refusal reveals something of
 * the site. All others start after the check.
 */
async function checked<T>(
  definition: Definition,
  stillAllowed: () => Promise<void>,
  work: () => Promise<T>,
): Promise<T> {
  if (definition.unchecked === true) return work();
  if (definition.withinChange === true) {
    try {
      return await work();
    } catch (error) {
      if (!saysNothing(error)) await stillAllowed();
      throw error;
    }
  }
  if (definition.kind !== 'read') {
    await stillAllowed();
    return work();
  }
  const [looked, answer] = await Promise.allSettled([stillAllowed(), work()]);
  if (looked.status === 'rejected') throw looked.reason;
  if (answer.status === 'rejected') throw answer.reason;
  return answer.value;
}

/**
 * True if a call ended because no server answered or its time was up: the rights check would only take as long again.
 */
function saysNothing(error: unknown): boolean {
  return error instanceof Refusal && ['unavailable', 'timeout', 'cancelled'].includes(error.code);
}

/** Refused and failed writes are audited too; those with invalid input are not. */
async function auditFailure(
  site: Parameters<typeof auditAttempt>[0],
  draft: ChangeDraft,
  error: unknown,
): Promise<void> {
  if (error instanceof Refusal) {
    if (error.code === 'invalid_input' || error.code === 'unavailable') return;
    const refused =
      error.code === 'forbidden' ||
      error.code === 'read_only' ||
      error.code === 'stale_preview' ||
      error.code === 'conflict';
    await auditAttempt(site, draft, refused ? 'refused' : 'failed', writeJobError(jobErrorOf(error)));
    return;
  }
  await auditAttempt(site, draft, 'failed', writeJobError(jobErrorOf(error)));
}

/** The work, or the abort reason if the work does not notice the abort within `grace`. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let abort: (() => void) | undefined;
  const given = new Promise<never>((_, reject) => {
    abort = (): void => {
      timer = setTimeout(() => reject(signal.reason as Error), grace);
    };
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([work, given]);
  } finally {
    clearTimeout(timer);
    if (abort !== undefined) signal.removeEventListener('abort', abort);
  }
}
