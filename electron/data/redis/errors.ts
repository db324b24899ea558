/** True where Redis answered, and would not do it; false where a connection broke or nothing came. */
export function isReply(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ReplyError';
}

/** True of the words of a server that takes nothing now, whatever it is asked: they say nothing of the command or its keys. */
export function isPassing(words: string): boolean {
  return /^(LOADING|READONLY|MISCONF|NOREPLICAS|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|NOAUTH)\b/.test(words);
}

/** True of a server whose memory is full: it answers what it has and deletes, and only keeps nothing new. A script says it in its own words. */
export function isFull(error: unknown): boolean {
  return isReply(error) && /\bOOM command not allowed\b/.test(error.message);
}
