import type { UserSelection } from '../../../contract';
import { type PastedList, readPasted } from '../../../ui/change/pasted';

/** The maximum number of names in one change. */
export const mostNames = 100_000;

/** Reads names, up to the length that the site allows. */
export const readNames = (text: string): PastedList => readPasted(text, 50);

/** The users of a pasted list. Where an entry contains blanks, the site's names decide whether it is one or several. */
export function usersOf({ all, blanks }: PastedList): UserSelection {
  return { names: [...all], ...(blanks ? { blanks } : {}) };
}
