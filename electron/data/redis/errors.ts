/** True where Redis answered, and would not do it; false where a connection broke or nothing came. */
export function isReply(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ReplyError';
}
