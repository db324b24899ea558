import { Refusal } from '../../contract/errors.js';
import { auditAttempt, type Author, runAudited } from '../../data/write/audited-change.js';
import type { Site } from '../../data/site.js';

/** Something about the session that the audit keeps: who came in, who was turned away, who unlocked. */
export interface SessionEntry {
  readonly author: Author;
  readonly operation: string;
  /** With secrets masked. */
  readonly input: unknown;
  /** Why it was refused; absent when it was done. */
  readonly refused?: string;
}

/**
 * Writes a note where the console's tables are. A database that cannot be written to does not keep anybody from reading
 * it.
 */
export async function auditSession(site: Site, { refused, ...draft }: SessionEntry): Promise<void> {
  try {
    if (!(await site.has('console'))) return;
    if (refused === undefined) await runAudited(site, draft, () => Promise.resolve(null));
    else await auditAttempt(site, draft, 'refused', refused);
  } catch (error) {
    if (error instanceof Refusal && (error.code === 'read_only' || error.code === 'forbidden')) return;
    throw error;
  }
}
