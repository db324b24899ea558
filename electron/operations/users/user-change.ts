import type { Mode } from '../../data/config/state.js';
import type { EffectsSql, PreviewRow } from '../../contract/common.js';
import type { UserSelection } from '../../contract/users.js';
import type { JobTarget } from '../../jobs/job-handler.js';
import { membershipSql, type UserColumns } from '../../data/config/entry-fields.js';
import { AdminConfig, type EntryOwner } from '../../data/write/admin-config.js';
import type { Author, Change } from '../../data/write/audited-change.js';
import type { Sql, Transaction } from '../../data/mysql/database.js';
import type { Site } from '../../data/site.js';
import type { Kind } from '../../data/tables.js';
import { holdUsers } from '../../data/write/user-rows.js';
import { EntryUnitOfWork } from '../../domain/unit-of-work.js';
import { recordStep } from '../kit/record-step.js';
import { chunked } from '../../data/write/row-writer.js';
import { isUnchangedSinceFreeze, type Judged, judgeEach, type Eligibility } from '../kit/selection-survey.js';
import { byId, named, users, type Verdict } from './selection.js';
import type { Part } from '../../data/mysql/sql.js';

/** A user whose row the transaction has locked. */
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
  /** Locked before any user. Whoever created it saves it. */
  readonly config: AdminConfig;
}

/** The rows and entries that a change of users edits, one user after another. */
export class UserWork<Input = unknown> extends EntryUnitOfWork {
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
   * Ends the step of a user: records everything that was edited since the last step under their name, and invalidates
   * the caches of their account and of the config. Caches of plays and favourites stay.
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

  /** Writes the edited rows of these users and the config, once. */
  async finish(users: readonly LockedUser[], endsSessions: boolean): Promise<void> {
    const { change, config } = this;
    await this.writeRows(change.tx);
    await config.save(change.tx);
    change.tally('database', users.length);
    if (endsSessions) change.endSessions(users.map((user) => user.username));
  }
}

/** One bulk change of users: how it judges them, what its preview shows, and how it is done to locked rows. */
export interface UserChange<Input, Held = void> {
  readonly operation: string;
  /** Number of users in one transaction of a job. */
  readonly chunk: number;
  /** True for a user `u` who already is as asked. */
  already(input: Input): Part;
  /** What a preview shows of `u` besides id and role. If it differs now, the user is not changed. */
  readonly state: string;
  /**
   * Locks users by their stored names (`holdUsers`), and rows of other tables if the state or the change depends on
   * them. The result is passed to `apply`.
   */
  hold(tx: Sql, names: readonly string[]): Promise<Held>;
  /** SQL over `u`, summed over the users who change, by the name of the effect. */
  readonly effects: EffectsSql;
  /** True if the sessions of changed users end. */
  endsSessions(input: Input): boolean;
  detail(user: LockedUser, input: Input): PreviewRow['detail'];
  statements(input: Input, mode: Mode): readonly string[];
  /** Refuses input that the schema cannot refuse: a time in the past, nothing to do. */
  check?(input: Input): void;
  /**
   * Edits rows and entries of locked users who may be changed, step by step: `done` ends each step. They are written
   * afterwards, once.
   */
  apply(work: UserWork<Input>, users: readonly LockedUser[], held: Held): Promise<void> | void;
}

export interface Selecting {
  readonly who: UserSelection;
}

export const userColumns = 'u.id, u.username, u.role, u.banned, u.tags, u.enabled_apis, u.tvbox_token, u.created_at';

/**
 * Locks users by their stored names in the order of their ids, and judges them again. That needs its own statement: a
 * statement that waits for a lock may read unlocked rows from before its wait.
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

/** A user whose row is locked, with the columns that an entry in the config follows. */
type JudgedUser = LockedUser & UserColumns & Judged;

/**
 * Judges users whose rows are locked, by their current state. `follows`: read all columns that an entry in the config
 * follows; without it, the membership is not read, because nobody needs it.
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

/** Locked users, the config that was locked before them, and what else the action has locked. */
export interface JudgedUsers<Held> {
  readonly config: AdminConfig;
  readonly judged: readonly JudgedUser[];
  readonly held: Held;
}

/**
 * Locks the config, then the users. After that, one more statement judges them: may they be changed, are they as they
 * were shown, and what does an entry say about them.
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

/** Does the action to locked users who may be changed. Returns their stored names. */
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
 * Locks the config and the users, and does the action to those who may still be changed and are as they were shown.
 * Returns the stored names of the changed users.
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
