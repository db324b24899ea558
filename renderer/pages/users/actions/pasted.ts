import { type PastedList, readPasted } from '../../../ui/change/pasted';

/** The most names that one change may carry. */
export const mostNames = 100_000;

/** Names as long as the site allows them. */
export const readNames = (text: string): PastedList => readPasted(text, 50);
