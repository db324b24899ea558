import type { Sql } from '../../data/mysql/database.js';
import type { CardKeyType, InvitationConfig } from '../../data/types.js';
import { invalid, millis } from '../values.js';
import { defaultSettings } from './rules.js';

/** Columns of `rewardSql`. */
export interface RewardRow {
  readonly enabled: number | null;
  readonly reward_points: number | null;
}

interface SettingsRow extends RewardRow {
  readonly redeem_threshold: number | null;
  readonly card_key_type: CardKeyType | null;
  readonly updated_at: string | null;
}

const columns = 'enabled, reward_points, redeem_threshold, card_key_type, updated_at';

/**
 * The settings of invitations, or the design's defaults. Read without a lock: a registration, a reward or a redemption
 * uses the settings as it read them, even if they change before it commits. Any read after the commit of a change sees
 * the new ones. A lock would make all rewards wait for each other without a visible difference.
 */
export async function readInvitationConfig(sql: Sql): Promise<InvitationConfig> {
  const [row] = await sql.rows<SettingsRow>(`SELECT ${columns} FROM invitation_configs WHERE id = 1`);
  return settingsOf(row);
}

/**
 * The settings that a registration needs, as nested SELECTs, which take no locks in a locking statement. Unlocked as
 * above.
 */
export const rewardSql = ['enabled', 'reward_points']
  .map((column) => `(SELECT s.${column} FROM invitation_configs s WHERE s.id = 1) AS ${column}`)
  .join(', ');

/** The result of `rewardSql`, or the design's defaults. */
export function rewardSettingsOf(row: RewardRow): Pick<InvitationConfig, 'enabled' | 'rewardPoints'> {
  return {
    enabled: (row.enabled ?? Number(defaultSettings.enabled)) === 1,
    rewardPoints: row.reward_points ?? defaultSettings.rewardPoints,
  };
}

function settingsOf(row: SettingsRow | undefined): InvitationConfig {
  const updated = row?.updated_at ?? null;
  return {
    ...rewardSettingsOf(row ?? { enabled: null, reward_points: null }),
    redeemThreshold: row?.redeem_threshold ?? defaultSettings.redeemThreshold,
    cardKeyType: row?.card_key_type ?? defaultSettings.cardKeyType,
    updatedAt: updated === null ? defaultSettings.updatedAt : millis(updated),
  };
}

/** Sets the settings. Throws `invalid_input`: points must be whole numbers, and a card costs at least one. */
export async function writeInvitationConfig(sql: Sql, config: InvitationConfig): Promise<void> {
  if (!Number.isInteger(config.rewardPoints) || config.rewardPoints < 0 || config.rewardPoints > 1_000_000_000)
    throw invalid('rewardPoints', '奖励积分须为非负整数', 'The reward is a whole number, not below zero');
  if (!Number.isInteger(config.redeemThreshold) || config.redeemThreshold < 1 || config.redeemThreshold > 1_000_000_000)
    throw invalid('redeemThreshold', '兑换所需积分须为正整数', 'A card costs a whole number of points, at least one');
  await sql.run(
    `INSERT INTO invitation_configs (id, enabled, reward_points, redeem_threshold, card_key_type) VALUES (1, ?, ?, ?, ?)
     ON DUPLICATE KEY UPDATE enabled = ?, reward_points = ?, redeem_threshold = ?, card_key_type = ?, updated_at = UTC_TIMESTAMP()`,
    [...valuesOf(config), ...valuesOf(config)],
  );
}

function valuesOf(config: InvitationConfig): (string | number)[] {
  return [config.enabled ? 1 : 0, config.rewardPoints, config.redeemThreshold, config.cardKeyType];
}
