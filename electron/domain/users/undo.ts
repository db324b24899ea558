import type { Sql } from '../../data/mysql/database.js';
import type { ImagedThing } from '../../data/write/row-images.js';
import { holdCodes, suspendCodes } from '../invitations/code.js';
import type { UndoRule } from '../undo-rule.js';
import type { StepOfWork } from '../unit-of-work.js';

/** What an undo must see to where users go back. */
export const usersUndo: UndoRule = { follow: suspendAgain };

/**
 * A user who is banned by going back has no live invitation code: one that the site gave while the ban was lifted is
 * remembered for the end of the ban.
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
