/** True if Redis answered with a refusal; false if a connection broke or no answer came. */
export function isReply(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ReplyError';
}

/**
 * True for the error of a server that accepts no command at the moment: it says nothing about the command or its keys.
 */
export function isPassing(words: string): boolean {
  return /^(LOADING|READONLY|MISCONF|NOREPLICAS|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|NOAUTH)\b/.test(words);
}

/**
 * True if the server's memory is full: it still reads and deletes, but stores nothing new. A script reports it in its
 * own words.
 */
export function isFull(error: unknown): boolean {
  return isReply(error) && /\bOOM command not allowed\b/.test(error.message);
}
