import { DAY, HOUR, type Seconds } from './clock.js';
import {
  type Invitation,
  type PointsAccount,
  type PointsRecord,
  REDEEM_THRESHOLD,
  type Redemption,
  REWARD_POINTS,
  type User,
} from './model.js';
import { Random } from './random.js';
import { ADMINS } from './users.js';

export interface Ledger {
  readonly records: PointsRecord[];
  readonly redemptions: Redemption[];
}

const GIFTS = ['活动奖励', '故障补偿', '反馈采纳奖励', '周年庆赠送', '人工补发邀请奖励'] as const;
const DEDUCTIONS = ['违规邀请扣除', '重复发放更正', '积分清理'] as const;

interface Event {
  readonly at: Seconds;
  readonly invitee: User | null;
}

/**
 * Replays every account's history in time order, so that no balance was ever negative. The accounts' totals follow the
 * site's policy: an admin's addition counts as earned, a deduction as redeemed.
 */
export function keepLedger(
  accounts: readonly PointsAccount[],
  invitations: readonly Invitation[],
  seed: number,
  now: Seconds,
): Ledger {
  const random = new Random(seed, 'points');
  const earned = new Map<User, Event[]>();
  for (const invitation of invitations) {
    if (!invitation.rewarded) continue;
    const list = earned.get(invitation.inviter);
    const event = { at: invitation.createdAt, invitee: invitation.invitee };
    if (list === undefined) earned.set(invitation.inviter, [event]);
    else list.push(event);
  }

  const ledger: Ledger = { records: [], redemptions: [] };
  for (const account of accounts) {
    const events = earned.get(account.user) ?? [];
    const gift = account.user.role === 'user' && !account.user.inRing && random.chance(0.03);
    if (gift) events.push({ at: random.between(Math.min(now, account.user.createdAt + HOUR), now), invitee: null });
    if (events.length === 0) continue;
    events.sort((a, b) => a.at - b.at);
    live(random, account, events, ledger, now);
  }
  return ledger;
}

function live(random: Random, account: PointsAccount, events: readonly Event[], ledger: Ledger, now: Seconds): void {
  const eager = account.user.inRing ? 1 : account.user.engagement === 'never' ? 0 : random.next();
  events.forEach((event, index) => {
    if (event.invitee === null) adjust(random, account, ledger, random.pick([50, 100, 100, 200, 300, 500]), event.at);
    else {
      post(account, ledger, {
        id: random.uuid(),
        user: account.user,
        type: 'earn',
        amount: REWARD_POINTS,
        reason: '邀请好友注册',
        relatedUser: event.invitee.username,
        userCardId: null,
        admin: null,
        createdAt: event.at,
      });
    }
    const next = events[index + 1]?.at ?? now;
    if (next - event.at < 2) return;
    if (account.balance >= REDEEM_THRESHOLD && random.chance(eager))
      redeem(random, account, ledger, soon(random, event.at, next));
    else if (account.balance > 0 && event.invitee === null && random.chance(0.25)) {
      const deduction = Math.min(account.balance, random.pick([50, 100, 100, 200]));
      adjust(random, account, ledger, -deduction, soon(random, event.at, next));
    }
  });
}

function redeem(random: Random, account: PointsAccount, ledger: Ledger, at: Seconds): void {
  const userCardId = random.uuid();
  post(account, ledger, {
    id: random.uuid(),
    user: account.user,
    type: 'redeem',
    amount: -REDEEM_THRESHOLD,
    reason: '积分兑换周卡',
    relatedUser: null,
    userCardId,
    admin: null,
    createdAt: at,
  });
  ledger.redemptions.push({ userCardId, user: account.user, at });
}

function adjust(random: Random, account: PointsAccount, ledger: Ledger, amount: number, at: Seconds): void {
  post(account, ledger, {
    id: random.uuid(),
    user: account.user,
    type: 'admin_adjust',
    amount,
    reason: random.pick(amount > 0 ? GIFTS : DEDUCTIONS),
    relatedUser: null,
    userCardId: null,
    admin: random.pick(ADMINS),
    createdAt: at,
  });
}

function post(account: PointsAccount, ledger: Ledger, record: PointsRecord): void {
  ledger.records.push(record);
  account.balance += record.amount;
  if (record.amount > 0) account.earned += record.amount;
  else account.redeemed -= record.amount;
  account.updatedAt = Math.max(account.updatedAt, record.createdAt);
}

/** Some hours after `from`, but always before `next`. */
function soon(random: Random, from: Seconds, next: Seconds): Seconds {
  return random.between(from + 1, Math.min(next - 1, from + 4 * DAY));
}
