import { type PastedList, readPasted } from '../../../ui/change/pasted';

/** The maximum number of names in one change. */
export const mostNames = 100_000;

/** Reads names, up to the length that the site allows. */
export const readNames = (text: string): PastedList => readPasted(text, 50);
