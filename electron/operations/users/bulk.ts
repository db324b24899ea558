import type { OtherName, PreviewRow } from '../../contract/common.js';
import { countSessions } from '../../data/redis/sessions.js';
import type { Site } from '../../data/site.js';
import type { Asking, BulkChange, Plan } from '../kit/bulk.js';
import { intentOf } from '../kit/fingerprint.js';
import {
  type EachSurvey,
  freeze,
  judgeEach,
  type Eligibility,
  rowsWith,
  skippedGroups,
  survey,
  surveyOf,
} from '../kit/selection-survey.js';
import {
  type UserChange,
  applyTo,
  applyToLocked,
  lockAndJudge,
  type LockedUser,
  type Selecting,
  userColumns,
} from './user-change.js';
import { byId, isFew, judge, justAsTyped, named, namesOfFew, resolveSelection, type Skip, users } from './selection.js';

function judgementOf<Input>(
  action: Pick<UserChange<Input, unknown>, 'already' | 'state'>,
  { operator, role }: Asking,
  input: Input,
): Eligibility {
  return judge({ username: operator, role }, action.already(input), action.state);
}

/** A change of users as a BulkChange, so that all bulk changes work in the same way. */
export function userChange<Input extends Selecting, Held>(action: UserChange<Input, Held>): BulkChange<Input> {
  const { check } = action;
  const intention = (input: Input, others?: readonly OtherName[]): string => intentOf(action.operation, input, others);
  const rowOf =
    (input: Input) =>
    (user: LockedUser): PreviewRow => ({
      target: user.username,
      outcome: 'changed',
      why: null,
      detail: action.detail(user, input),
    });
  return {
    operation: action.operation,
    chunk: action.chunk,
    ...(check === undefined ? {} : { check: (input: Input) => check(input) }),
    statements: (input, mode) => action.statements(input, mode),
    async plan(sql, site, asking, input, effects) {
      const judgement = judgementOf(action, asking, input);
      const wanted = { columns: userColumns, effects: effects ? action.effects : {} };
      const ending = action.endsSessions(input);
      const planOf = (
        each: EachSurvey<Skip, LockedUser>,
        others: readonly OtherName[],
        sessions: (names: readonly string[]) => Promise<Sessions>,
      ): Plan => ({
        fingerprint: each.fingerprint,
        changed: each.counts.changed,
        skipped: each.skipped,
        effects: each.sums,
        others,
        rows: async (most) => ({
          rows: each.changing.slice(0, most).map(rowOf(input)),
          effects: ending && each.changing.length <= most ? await endingOf(each.changing, sessions) : {},
        }),
        freeze: () => Promise.resolve(each.frozen),
      });
      const names = namesOfFew(input.who);
      if (names !== null) {
        // Runs at the same time as the query of the users. It counts all of them; only those who change are shown.
        const sessions = effects && ending ? sessionsOf(site, names) : Promise.resolve(null);
        const found = byId(await judgeEach<LockedUser>(sql, users, [named(names)], judgement, wanted));
        const rows = justAsTyped(found, names);
        if (rows !== null)
          return planOf(surveyOf(intention(input), users, [], rows, Object.keys(wanted.effects)), [], () => sessions);
      }
      const scope = await resolveSelection(sql, input.who);
      const intended = intention(input, scope.others);
      if (isFew(input.who)) {
        const rows = await judgeEach<LockedUser>(sql, users, scope.parts, judgement, wanted);
        const each = surveyOf(intended, users, scope.unresolved, rows, Object.keys(wanted.effects));
        return planOf(each, scope.others ?? [], (all) => sessionsOf(site, all));
      }
      const found = await survey(sql, intended, users, scope, judgement, wanted.effects);
      return {
        fingerprint: found.fingerprint,
        changed: found.counts.changed,
        skipped: await skippedGroups(sql, users, scope, judgement, found),
        effects: found.sums,
        others: scope.others ?? [],
        async rows(most) {
          const changing = await rowsWith<LockedUser>(sql, scope, judgement, ['changed'], userColumns, most);
          const all = ending && found.counts.changed <= most;
          return {
            rows: changing.map(rowOf(input)),
            effects: all ? await endingOf(changing, (names) => sessionsOf(site, names)) : {},
          };
        },
        freeze: () => freeze(sql, intended, users, scope, judgement),
      };
    },
    async hold(change, site, author, input) {
      const names = namesOfFew(input.who);
      if (names === null) return null;
      const { config, judged, held } = await lockAndJudge(action, change.tx, names, judgementOf(action, author, input));
      const rows = justAsTyped(judged, names);
      if (rows === null) return null;
      const { fingerprint, skipped, changing } = surveyOf(intention(input), users, [], rows);
      const context = { site, author, input, config };
      return { fingerprint, skipped, act: () => applyToLocked(action, change, context, changing, held) };
    },
    act: (change, site, author, input, targets) =>
      applyTo(action, change, { site, author, input }, targets, judgementOf(action, author, input)),
  };
}

/** Sessions by user; null if they cannot be counted (Redis is down). */
type Sessions = ReadonlyMap<string, number> | null;

async function sessionsOf(site: Site, names: readonly string[]): Promise<Sessions> {
  if (!site.redisUp) return null;
  try {
    const counts = names.map(async (name) => [name, await countSessions(site.redis, site.keys, name)] as const);
    return new Map(await Promise.all(counts));
  } catch {
    return null;
  }
}

/** How many sessions end for the users who change; empty if they cannot be counted. */
async function endingOf(
  changing: readonly LockedUser[],
  sessionsOfThem: (names: readonly string[]) => Promise<Sessions>,
): Promise<Readonly<Record<string, number>>> {
  const names = changing.map(({ username }) => username);
  const counts = await sessionsOfThem(names);
  return counts === null ? {} : { sessions: names.reduce((sum, name) => sum + (counts.get(name) ?? 0), 0) };
}
