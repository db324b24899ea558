import type { Mode } from '../../data/config/state.js';
import type { PreviewRow } from '../../contract/common.js';
import type { UserSelection } from '../../contract/users.js';
import type { JobTarget } from '../../jobs/job-handler.js';
import { membershipSql, type UserColumns } from '../../data/config/entry-fields.js';
import { AdminConfig, type EntryOwner } from '../../data/write/admin-config.js';
import type { Author, Change } from '../../data/write/audited-change.js';
import type { Sql, Transaction } from '../../data/mysql/database.js';
import type { Site } from '../../data/site.js';
import type { Kind } from '../../data/tables.js';
import { holdUsers } from '../../data/write/user-rows.js';
import { UnitOfWork } from '../../domain/unit-of-work.js';
import { recordStep } from '../kit/record-step.js';
import { chunked } from '../../data/write/row-writer.js';
import { isUnchangedSinceFreeze, type Judged, judgeEach, type Eligibility } from '../kit/selection-survey.js';
import { byId, named, users, type Verdict } from './selection.js';
import type { Part } from '../../data/mysql/sql.js';

/** A user whose row is held by the transaction. */
export type LockedUser = {
  readonly id: string;
  readonly username: string;
  readonly role: string;
  readonly banned: number | null;
  readonly tags: string | null;
  readonly enabled_apis: string | null;
  readonly tvbox_token: string | null;
  readonly created_at: string | null;
  readonly verdict: Verdict;
};

interface ActionContext<Input> {
  readonly site: Site;
  readonly author: Author;
  readonly input: Input;
  /** Held before any user; saved by whoever made it. */
  readonly config: AdminConfig;
}

/** What a change of users has to work with: the rows and entries that it edits, thing by thing. */
export class UserWork<Input = unknown> extends UnitOfWork {
  readonly change: Change;
  readonly site: Site;
  readonly author: Author;
  readonly input: Input;

  constructor(change: Change, { site, author, input, config }: ActionContext<Input>) {
    super(config);
    this.change = change;
    this.site = site;
    this.author = author;
    this.input = input;
  }

  /**
   * Ends the step of a user: records what was edited since the last one under their name, and invalidates the caches of
   * their account and of the config. What they watched and kept is unchanged.
   */
  done({ username }: Pick<LockedUser, 'username'>, kind: Kind = 'user'): void {
    const { keys } = this.site;
    this.change.invalidate([
      keys.of(this.config.touched.family),
      keys.of('userInfo', username),
      keys.of('userPoints', username),
    ]);
    recordStep(this.change, keys, this, kind, username);
  }

  /** Writes what was edited of these users, once, and the config. */
  async finish(users: readonly LockedUser[], endsSessions: boolean): Promise<void> {
    const { change, config } = this;
    await this.writeRows(change.tx);
    await config.save(change.tx);
    change.tally('database', users.length);
    if (endsSessions) change.endSessions(users.map((user) => user.username));
  }
}

/** One change to users, in bulk: how it judges, what it tells beforehand, and how it is done to rows that are held. */
export interface UserChange<Input, Held = void> {
  readonly operation: string;
  /** Users in one transaction of a job. */
  readonly chunk: number;
  /** True of a user `u` who is already as asked. */
  already(input: Input): Part;
  /** What a preview shows of `u` beside id and role: who is otherwise by now is not changed. */
  readonly state: string;
  /**
   * Holds users by their stored names (`holdUsers`), and rows of other tables where the state or the change rests on
   * them. What it answers is handed to `apply`.
   */
  hold(tx: Sql, names: readonly string[]): Promise<Held>;
  /** SQL over `u`, summed over those who change, by the name of the effect. */
  readonly effects: Readonly<Record<string, string>>;
  /** Sessions of those who change end. */
  endsSessions(input: Input): boolean;
  detail(user: LockedUser, input: Input): PreviewRow['detail'];
  statements(input: Input, mode: Mode): readonly string[];
  /** Refuses what the schema cannot: a time that has passed, nothing to do. */
  check?(input: Input): void;
  /**
   * Edits rows and entries of users who are held and may be changed, step by step: `done` ends each. They are written
   * afterwards, once.
   */
  apply(work: UserWork<Input>, users: readonly LockedUser[], held: Held): Promise<void> | void;
}

export interface Selecting {
  readonly who: UserSelection;
}

export const userColumns = 'u.id, u.username, u.role, u.banned, u.tags, u.enabled_apis, u.tvbox_token, u.created_at';

/**
 * Holds users by their stored names in the order of their ids, and judges them again: by a statement of its own, for
 * what the one that waits for a lock reads beside the locked rows may be from before its wait.
 */
export async function lockUsers(tx: Sql, names: readonly string[], { verdict }: Eligibility): Promise<LockedUser[]> {
  await holdUsers(tx, names);
  const found: LockedUser[] = [];
  for (const batch of chunked(names, 1_000)) {
    const rows = await tx.rows<LockedUser>(
      `SELECT ${userColumns}, ${verdict.sql} AS verdict FROM users u WHERE u.username IN (?)`,
      [...verdict.parameters, batch],
    );
    found.push(...rows);
  }
  return byId(found);
}

/** A user whose row is held, with what an entry in the config follows of them. */
type JudgedUser = LockedUser & UserColumns & Judged;

/**
 * Judges users whose rows are held, with the state that they have now. `follows`: with all that an entry in the config
 * follows, else without their membership, which nobody asks for.
 */
async function judgedUsers(
  tx: Sql,
  names: readonly string[],
  judgement: Eligibility,
  follows: boolean,
): Promise<JudgedUser[]> {
  const membership = follows ? membershipSql : { columns: 'NULL AS key_hash', join: '' };
  const judged = await judgeEach<JudgedUser>(
    tx,
    users,
    [...chunked(names, 1_000)].map((batch) => named(batch, membership.join)),
    judgement,
    { columns: `${userColumns}, u.show_adult_content, ${membership.columns}` },
  );
  return byId(judged);
}

/** Users who are held, the config before them, and what else the action holds. */
export interface JudgedUsers<Held> {
  readonly config: AdminConfig;
  readonly judged: readonly JudgedUser[];
  readonly held: Held;
}

/**
 * Holds the config, then the users. Once all is held they are judged, by one statement behind those that waited: may
 * they be changed, are they as they were shown, what does an entry say of them.
 */
export async function lockAndJudge<Held>(
  action: Pick<UserChange<never, Held>, 'hold'>,
  tx: Transaction,
  names: readonly string[],
  judgement: Eligibility,
): Promise<JudgedUsers<Held>> {
  const config = await AdminConfig.lock(tx);
  const held = await action.hold(tx, names);
  await config.hold(names);
  const judged = await judgedUsers(tx, names, judgement, config.follows);
  for (const user of judged) config.know(user);
  return { config, judged, held };
}

/** Does the action to users who are held and may be changed; answers their stored names. */
export async function applyToLocked<Input, Held>(
  action: UserChange<Input, Held>,
  change: Change,
  context: ActionContext<Input>,
  changing: readonly LockedUser[],
  held: Held,
): Promise<Set<string>> {
  const names = changing.map((user) => user.username);
  if (names.length > 0) {
    const work = new UserWork(change, context);
    await action.apply(work, changing, held);
    await work.finish(changing, action.endsSessions(context.input));
  } else await context.config.save(change.tx);
  return new Set(names);
}

/**
 * Holds the config and the users, and does the action to those who may still be changed and are as they were shown.
 * Answers the stored names of those who were changed.
 */
export async function applyTo<Input, Held>(
  action: UserChange<Input, Held>,
  change: Change,
  { site, author, input }: Omit<ActionContext<Input>, 'config'>,
  targets: readonly JobTarget[],
  judgement: Eligibility,
): Promise<Set<string>> {
  const names = targets.map(({ target }) => target);
  const { config, judged, held } = await lockAndJudge(action, change.tx, names, judgement);
  const asFrozen = isUnchangedSinceFreeze(targets);
  const changing = judged.filter(
    ({ verdict, username, state }) => verdict === 'changed' && asFrozen(username, String(state)),
  );
  return applyToLocked(action, change, { site, author, input, config }, changing, held);
}

export function ownerOf(user: LockedUser): EntryOwner {
  return { username: user.username, role: user.role, createdAt: user.created_at };
}
