/** Fields of images that give access or prove who somebody is: kept for the undo, never shown. */
const secret = new Set([
  'password_hash',
  'password',
  'tvbox_token',
  'tvboxToken',
  'plain_key',
  'boundKey',
  'oidc_sub',
  'oidcSub',
  // The text of a whole entry, all of the above in it.
  'rawText',
]);

/** Images as people may see them. */
export function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      name,
      secret.has(name) && typeof part === 'string' && part !== '' ? '••••' : masked(part),
    ]),
  );
}
