import type { Sql } from '../../data/mysql/database.js';
import type { ImagedThing } from '../../data/write/row-images.js';
import { holdCodes, suspendCodes } from '../invitations/code.js';
import type { UndoRule } from '../undo-rule.js';
import type { StepOfWork } from '../unit-of-work.js';

/** The rule for an undo that restores users. */
export const usersUndo: UndoRule = { follow: suspendAgain };

/**
 * A user whom the undo bans again has no live invitation code: a code that the site created while the ban was lifted is
 * stored for the end of the ban.
 */
async function suspendAgain(tx: Sql, things: readonly ImagedThing[]): Promise<ReadonlyMap<string, StepOfWork>> {
  const names = things.flatMap((thing) => (becomesBanned(thing) ? [thing.target] : []));
  if (names.length === 0) return new Map();
  const codes = await suspendCodes(tx, await holdCodes(tx, names));
  for (const [name, { from }] of codes)
    await tx.run(
      'UPDATE console_bans SET invitation_code = ? WHERE user_id = (SELECT id FROM users WHERE username = ?)',
      [from, name],
    );
  return new Map(
    [...codes].map(([name, { id, from, to }]) => [
      name,
      {
        before: { user_points: [{ id, invitation_code: from }] },
        after: { user_points: [{ id, invitation_code: to }] },
      },
    ]),
  );
}

function becomesBanned({ kind, before, after }: ImagedThing): boolean {
  return kind === 'user' && before['users']?.[0]?.['banned'] === 1 && after['users']?.[0]?.['banned'] !== 1;
}
