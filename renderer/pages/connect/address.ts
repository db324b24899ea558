/** What an address says of a server; what it does not say is absent. */
export interface Address {
  readonly kind: 'mysql' | 'redis' | null;
  readonly host: string;
  readonly port?: number;
  readonly user?: string;
  readonly password?: string;
  /** A database by its name, or by its number for Redis. */
  readonly database?: string;
  readonly tls?: true;
}

const pattern =
  /^(?:(?:jdbc:)?(mysql|mariadb|rediss?):\/\/)?(?:(.*)@)?(?:\[([0-9a-f:.]+)\]|([^\s:/?#[\]@]+))(?::(\d{1,5}))?(?:\/([^?#]*))?(?:\?([^#]*))?$/is;

/**
 * Takes an address apart that was pasted as a host: `mysql://user:password@host:3306/site`, `redis://…`, `host:3306`.
 * Null for a plain host, and for what is no address. User and password may be percent-encoded or as they are.
 */
export function addressIn(text: string): Address | null {
  const match = pattern.exec(text.trim());
  if (match === null) return null;
  const [, scheme, account, six, name, port, path = '', query = ''] = match;
  // Of another kind of server, or not finished.
  if (scheme === undefined && text.includes('://')) return null;
  const host = six ?? name ?? '';
  if ([scheme, account, port, six].every((part) => part === undefined)) return null;
  const kind = scheme === undefined ? null : scheme.toLowerCase().startsWith('redis') ? 'redis' : 'mysql';
  const colon = account?.indexOf(':') ?? -1;
  const user = colon < 0 ? (account ?? '') : (account ?? '').slice(0, colon);
  const password = colon < 0 ? '' : (account ?? '').slice(colon + 1);
  const database = path.replace(/\/$/, '') || (kind === 'redis' ? (new URLSearchParams(query).get('db') ?? '') : '');
  return {
    kind,
    host,
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(user === '' ? {} : { user: decoded(user) }),
    ...(password === '' ? {} : { password: decoded(password) }),
    ...(database === '' ? {} : { database: decoded(database) }),
    ...(scheme?.toLowerCase() === 'rediss' ? { tls: true as const } : {}),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
