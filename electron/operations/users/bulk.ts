import { countSessions } from '../../data/redis/sessions.js';
import type { Site } from '../../data/site.js';
import type { Asking, BulkChange } from '../kit/bulk.js';
import { intentOf } from '../kit/fingerprint.js';
import { freeze, type Judgement, rowsWith, skippedGroups, survey } from '../kit/survey.js';
import { type Action, actOn, type LockedUser, type Selecting, userColumns } from './action.js';
import { judge, resolveSelection, users } from './selection.js';

function judgementOf<Input>(action: Action<Input>, { operator, role }: Asking, input: Input): Judgement {
  return judge({ username: operator, role }, action.already(input), action.state);
}

/** A change to users, as the one mechanism of bulk changes takes it. */
export function userChange<Input extends Selecting>(action: Action<Input>): BulkChange<Input> {
  const { check } = action;
  return {
    operation: action.operation,
    chunk: action.chunk,
    needs: (site) => site.needConsoleTables(),
    ...(check === undefined ? {} : { check: (input: Input) => check(input) }),
    statements: (input) => action.statements(input),
    async plan(sql, site, asking, input, effects) {
      const judgement = judgementOf(action, asking, input);
      const scope = await resolveSelection(sql, input.who);
      const intention = `${action.operation} ${intentOf(input, scope.others)}`;
      const found = await survey(sql, intention, users, scope, judgement, effects ? action.effects : {});
      return {
        fingerprint: found.fingerprint,
        changed: found.counts.changed,
        skipped: await skippedGroups(sql, users, scope, judgement, found),
        effects: found.sums,
        others: scope.others ?? [],
        async rows(most) {
          const changing = await rowsWith<LockedUser>(sql, scope, judgement, ['changed'], userColumns, most);
          const sessions =
            action.endsSessions(input) && found.counts.changed <= most ? await sessionsOf(site, changing) : null;
          return {
            rows: changing.map((user) => ({
              target: user.username,
              outcome: 'changed',
              why: null,
              detail: action.detail(user, input),
            })),
            ...(sessions === null ? {} : { effects: { sessions } }),
          };
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
