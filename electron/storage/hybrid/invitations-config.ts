import type { Sql } from '../../data/mysql/database.js';
import type { CardKeyType, InvitationConfig } from '../types.js';
import { invalid, millis } from '../../domain/values.js';

interface ConfigRow {
  readonly enabled: number | null;
  readonly reward_points: number | null;
  readonly redeem_threshold: number | null;
  readonly card_key_type: CardKeyType | null;
  readonly updated_at: string | null;
}

const columns = 'enabled, reward_points, redeem_threshold, card_key_type, updated_at';

/** The configuration, or the design's defaults: on, 100 points a reward, 300 a card of a week. */
export async function readInvitationConfig(sql: Sql): Promise<InvitationConfig> {
  const [row] = await sql.rows<ConfigRow>(`SELECT ${columns} FROM invitation_configs WHERE id = 1`);
  return {
    enabled: (row?.enabled ?? 1) === 1,
    rewardPoints: row?.reward_points ?? 100,
    redeemThreshold: row?.redeem_threshold ?? 300,
    cardKeyType: row?.card_key_type ?? 'week',
    updatedAt: (row?.updated_at ?? null) === null ? 0 : millis(row?.updated_at ?? ''),
  };
}

/**
 * Holds the configuration's row, which is made if it is missing. It is the gate of rewards: whoever pays one passes here one at a time,
 * because no unique key of the schema keeps an IP from being rewarded twice. Lock order: after `users`, before `user_points`.
 */
export async function holdGate(tx: Sql): Promise<InvitationConfig> {
  await tx.run('INSERT INTO invitation_configs (id) VALUES (1) ON DUPLICATE KEY UPDATE id = 1');
  return readInvitationConfig(tx);
}

/** Sets the configuration. Throws `invalid_input`: points are whole numbers, a card costs at least one. */
export async function writeInvitationConfig(tx: Sql, config: InvitationConfig): Promise<void> {
  if (!Number.isInteger(config.rewardPoints) || config.rewardPoints < 0 || config.rewardPoints > 1_000_000_000)
    throw invalid('rewardPoints', '奖励积分须为非负整数', 'The reward is a whole number, not below zero');
  if (!Number.isInteger(config.redeemThreshold) || config.redeemThreshold < 1 || config.redeemThreshold > 1_000_000_000)
    throw invalid('redeemThreshold', '兑换所需积分须为正整数', 'A card costs a whole number of points, at least one');
  await tx.run(
    `INSERT INTO invitation_configs (id, enabled, reward_points, redeem_threshold, card_key_type) VALUES (1, ?, ?, ?, ?)
     ON DUPLICATE KEY UPDATE enabled = ?, reward_points = ?, redeem_threshold = ?, card_key_type = ?, updated_at = UTC_TIMESTAMP()`,
    [...valuesOf(config), ...valuesOf(config)],
  );
}

function valuesOf(config: InvitationConfig): (string | number)[] {
  return [config.enabled ? 1 : 0, config.rewardPoints, config.redeemThreshold, config.cardKeyType];
}
