import type { CardType, Input } from '../../../contract';
import { type ExpiryDraft, readExpiry } from '../issue/expiry';

/** Values for keys whose lines do not contain them. */
export interface ImportDraft {
  readonly type: CardType;
  readonly expiry: ExpiryDraft;
  readonly channel: string;
  readonly note: string;
}

export const freshImport: ImportDraft = {
  type: 'month',
  expiry: { kind: 'type', days: null, at: '' },
  channel: '',
  note: '',
};

/** How to read the file; null while the expiry is missing or wrong. */
export function readingOf(draft: ImportDraft): Input<'cards.import.read'> | null {
  const { expiry } = readExpiry(draft.expiry);
  if (expiry === null) return null;
  const note = draft.note.trim();
  const channel = draft.channel.trim();
  return {
    type: draft.type,
    expiry,
    ...(note === '' ? {} : { note }),
    ...(channel === '' ? {} : { channel }),
  };
}
