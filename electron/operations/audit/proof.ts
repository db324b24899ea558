import type { Proof, ProofPlace } from '../../contract/common.js';
import { isoOf } from '../../data/mysql/database.js';
import { keyParameter } from '../../data/write/row-writer.js';
import type { Site } from '../../data/site.js';
import { abortable } from '../kit/abortable.js';
import { type Entry, entryColumns, noSuchEntry, placesOf, undoState } from './entry.js';

interface Carried {
  readonly keys_asked: string | null;
  readonly sessions_asked: string | null;
  readonly keys_waiting: string | null;
  readonly sessions_waiting: string | null;
  readonly keys_removed: string | null;
  readonly sessions_ended: string | null;
  /** Of an undo: what the change had ended. */
  readonly sessions_lost: string | null;
}

/**
 * Where a change has taken effect: rows by place from its audit entry, sessions and cache from what the outbox has
 * carried to Redis. Sessions that a change has ended do not come back with its undo. Throws not_found.
 */
export async function proofOf(site: Site, id: string, signal?: AbortSignal): Promise<Proof> {
  const sql = signal === undefined ? site.db : abortable(site.db, signal);
  // One statement reads both, so they are from the same moment.
  const [entry] = await sql.rows<Entry & Carried>(
    `SELECT ${entryColumns}, o.*, (SELECT SUM(lost.sessions_ended) FROM console_cache_outbox lost WHERE lost.audit_id = undo_of) AS sessions_lost
     FROM console_audit LEFT JOIN
       (SELECT SUM(redis_keys <> '[]') AS keys_asked, SUM(sessions_of <> '[]') AS sessions_asked,
          SUM(done_at IS NULL AND redis_keys <> '[]') AS keys_waiting, SUM(done_at IS NULL AND sessions_of <> '[]') AS sessions_waiting,
          SUM(keys_removed) AS keys_removed, SUM(sessions_ended) AS sessions_ended
        FROM console_cache_outbox WHERE audit_id = ?) o ON TRUE
     WHERE id = ?`,
    [keyParameter(id), keyParameter(id)],
  );
  if (entry === undefined) throw noSuchEntry();
  const counts = placesOf(entry);
  const written = (['database', 'config', 'tvbox', 'invitation_code'] as const).map((place): ProofPlace => {
    const count = counts[place] ?? 0;
    return { place, state: count > 0 ? 'done' : 'none', count };
  });
  const inRedis = (
    place: 'sessions' | 'cache',
    asked: string | null | undefined,
    waiting: string | null | undefined,
    count: string | null | undefined,
  ): ProofPlace => ({
    place,
    state: Number(asked ?? 0) === 0 ? 'none' : Number(waiting ?? 0) > 0 ? 'pending' : 'done',
    count: Number(count ?? 0),
  });
  return {
    auditId: entry.id,
    at: isoOf(entry.at),
    by: entry.operator,
    places: [
      ...written,
      inRedis('sessions', entry.sessions_asked, entry.sessions_waiting, entry.sessions_ended),
      inRedis('cache', entry.keys_asked, entry.keys_waiting, entry.keys_removed),
    ],
    ...(Number(entry.sessions_lost ?? 0) > 0 ? { notRestored: { sessions: Number(entry.sessions_lost) } } : {}),
    undo: undoState(entry),
  };
}
