import { countSessions } from '../../data/redis/sessions.js';
import type { Site } from '../../data/site.js';
import type { Asking, BulkChange, Plan } from '../kit/bulk.js';
import { intentOf } from '../kit/fingerprint.js';
import { freeze, type Judgement, rowsWith, skippedGroups, survey, surveyEach } from '../kit/survey.js';
import { type Action, actOn, type LockedUser, type Selecting, userColumns } from './action.js';
import { judge, resolveSelection, type Skip, users } from './selection.js';

function judgementOf<Input>(action: Action<Input>, { operator, role }: Asking, input: Input): Judgement {
  return judge({ username: operator, role }, action.already(input), action.state);
}

/** Up to this many named users are fetched one by one where more are counted first: no more than a preview shows. */
const few = 200;

/** A change to users, as the one mechanism of bulk changes takes it. */
export function userChange<Input extends Selecting>(action: Action<Input>): BulkChange<Input> {
  const { check } = action;
  return {
    operation: action.operation,
    chunk: action.chunk,
    ...(check === undefined ? {} : { check: (input: Input) => check(input) }),
    statements: (input) => action.statements(input),
    async plan(sql, site, asking, input, effects) {
      const judgement = judgementOf(action, asking, input);
      const scope = await resolveSelection(sql, input.who);
      const intention = `${action.operation} ${intentOf(input, scope.others)}`;
      const shown = async (
        changing: readonly LockedUser[],
        all: boolean,
      ): Promise<Awaited<ReturnType<Plan['rows']>>> => {
        const sessions = action.endsSessions(input) && all ? await sessionsOf(site, changing) : null;
        return {
          rows: changing.map((user) => ({
            target: user.username,
            outcome: 'changed',
            why: null,
            detail: action.detail(user, input),
          })),
          ...(sessions === null ? {} : { effects: { sessions } }),
        };
      };
      if ('names' in input.who && input.who.names.length <= few) {
        const each = await surveyEach<LockedUser, Skip>(sql, intention, users, scope, judgement, {
          columns: userColumns,
          effects: effects ? action.effects : {},
        });
        return {
          fingerprint: each.fingerprint,
          changed: each.counts.changed,
          skipped: each.skipped,
          effects: each.sums,
          others: scope.others ?? [],
          rows: (most) => shown(each.changing.slice(0, most), each.changing.length <= most),
          freeze: () => Promise.resolve(each.frozen),
        };
      }
      const found = await survey(sql, intention, users, scope, judgement, effects ? action.effects : {});
      return {
        fingerprint: found.fingerprint,
        changed: found.counts.changed,
        skipped: await skippedGroups(sql, users, scope, judgement, found),
        effects: found.sums,
        others: scope.others ?? [],
        async rows(most) {
          const changing = await rowsWith<LockedUser>(sql, scope, judgement, ['changed'], userColumns, most);
          return shown(changing, found.counts.changed <= most);
        },
        freeze: () => freeze(sql, intention, users, scope, judgement),
      };
    },
    act: (change, site, author, input, targets) =>
      actOn(action, change, site, author, input, targets, judgementOf(action, author, input)),
    start({ input }, create) {
      const { who: _, ...rest } = input;
      return create(rest);
    },
  };
}

/** Sessions that would end; null where nobody can tell (Redis is down). */
async function sessionsOf(site: Site, changing: readonly LockedUser[]): Promise<number | null> {
  if (!site.redisUp) return null;
  try {
    const counts = await Promise.all(changing.map((user) => countSessions(site.redis, site.keys, user.username)));
    return counts.reduce((sum, count) => sum + count, 0);
  } catch {
    return null;
  }
}
