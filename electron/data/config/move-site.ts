import { connect } from '../mysql/connect.js';
import type { Site } from '../site.js';
import { moveBack, moveIn, type MoveReport, previewMoveBack, previewMoveIn } from './move.js';
import { beginMoveBack, callOffMoveBack } from './move-back.js';

export interface MoveOptions {
  /** The mover's name, for the record. */
  readonly by: string;
  /** Only counts, changes nothing. */
  readonly dryRun?: boolean;
}

/** The caches of the config, which every move invalidates. */
export const configCaches = (['adminConfig', 'configSettings', 'configVersion'] as const).map((family) => ({
  family,
  part: '',
}));

/**
 * Moves the entries of a site's config out of the JSON into rows. Throws `unsupported` (migration 0005 has not run),
 * `conflict` (they are in rows already).
 */
export function moveEntriesIn(site: Site, { by, dryRun }: MoveOptions): Promise<MoveReport> {
  return dryRun === true ? previewMoveIn(site.db) : site.cache.write(configCaches, (tx) => moveIn(tx, by));
}

/**
 * Moves them back. Another call continues a move that died midway. Throws `unsupported`, `conflict` (they are in the
 * JSON already, a write does not end, the server does not accept so large a statement, entries were written into the
 * JSON since the move); the entries are then in rows as before.
 */
export async function moveEntriesBack(site: Site, { by, dryRun }: MoveOptions): Promise<MoveReport> {
  if (dryRun === true) return previewMoveBack(site.db);
  const ticket = await beginMoveBack(site.db, () => connect(site.config.mysql));
  try {
    return await site.cache.write(configCaches, (tx) => moveBack(tx, ticket, by));
  } catch (error) {
    await callOffMoveBack(site.db, ticket).catch(() => undefined);
    throw error;
  }
}
