import type { CardState, CardType } from '../../../contract/cards-list.js';

export type ExportFormat = 'csv' | 'txt' | 'site' | 'sheet';

/** A card for an export. Times are UTC, in MySQL's form. */
export interface ExportCard {
  readonly id: string;
  readonly plain_key: string;
  readonly key_hash: string;
  readonly key_type: CardType;
  readonly state: CardState;
  readonly created_at: string | null;
  readonly expires_at: string;
  readonly bound_to: string | null;
  readonly bound_at: string | null;
  readonly assigned: string | null;
  readonly batch: string | null;
}

/** The thread's start data. */
export interface ExportStart {
  readonly format: ExportFormat;
  readonly passphrase: string | null;
}

/** Cards to add, or the end. */
export type ExportQuestion = readonly ExportCard[] | 'end';
/** Finished pieces of the file. */
export type ExportAnswer = readonly Uint8Array[];

/** Column names of our own CSV, in order. The import reads the same names. */
export const csvHeader = [
  'id',
  'key',
  'key_hash',
  'type',
  'state',
  'created_at',
  'expires_at',
  'bound_to',
  'bound_at',
  'assigned_to',
  'batch',
] as const;

/** Column names of the site's CSV. The first column contains the plain text, in spite of its name. */
export const siteHeader = ['密钥哈希', '类型', '状态', '创建时间', '过期时间', '绑定用户', '绑定时间'] as const;

/** True if the site never kept the plain text: the column contains the hash instead. */
export function plainIsLost(card: ExportCard): boolean {
  return card.plain_key === card.key_hash;
}

/** As ISO. It is written here, because importing `isoOf` would load the database's driver into the thread. */
export function isoOrNull(time: string | null): string | null {
  return time === null || /^\d{4}-(?:00|\d{2}-00)/.test(time) ? null : `${time.replace(' ', 'T')}Z`;
}
