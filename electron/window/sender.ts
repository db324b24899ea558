import { origin } from './origin.js';

/** What is needed of a frame to identify the sender. */
export interface Frame {
  readonly parent: unknown;
  readonly origin: string;
}

/** True for the top frame of our own page; false for a destroyed frame, a frame within it, or another origin. */
export function isOurPage(frame: Frame | null | undefined): boolean {
  return frame !== null && frame !== undefined && frame.parent === null && frame.origin === origin;
}
