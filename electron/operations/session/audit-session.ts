import { Refusal } from '../../contract/errors.js';
import { auditAttempt, type Author, runAudited } from '../../data/write/audited-change.js';
import type { Site } from '../../data/site.js';

/** Something about sessions that the audit records: who signed in, who was refused, who unlocked. */
export interface SessionEntry {
  readonly author: Author;
  readonly operation: string;
  /** With secrets masked. */
  readonly input: unknown;
  /** Why it was refused; absent if it was done. */
  readonly refused?: string;
}

/**
 * Records an entry if the console's tables exist. If the database cannot be written to, operators can still sign in and
 * read.
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
