import { createPublicKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { Refusal } from '../contract/errors.js';

/** A PEM, or the path of a file that holds one; in a variable, its lines may be joined by `\n`. */
const pem = (check: (text: string) => unknown) =>
  z
    .string()
    .max(100_000)
    .transform((given, context): string => {
      try {
        const text = given.includes('-----BEGIN') ? given.replaceAll('\\n', '\n') : readFileSync(given, 'utf8');
        check(text);
        return text;
      } catch {
        context.addIssue({ code: 'custom', message: 'no PEM and no file of one' });
        return z.NEVER;
      }
    })
    .optional();

const authority = pem((text) => new X509Certificate(text));

/** The variables that configure trust in a site's servers; the storage and the console read the same ones. */
export const trustVariables = {
  /** on: verified, with the host's name. insecure: encrypted, not verified. */
  MOONDESK_MYSQL_TLS: z.enum(['off', 'on', 'insecure']).optional(),
  MOONDESK_MYSQL_TLS_CA: authority,
  MOONDESK_MYSQL_SERVER_PUBLIC_KEY: pem((text) => createPublicKey(text)),
  MOONDESK_MYSQL_PLAIN_PASSWORD: z.enum(['refuse', 'allow']).default('refuse'),
  MOONDESK_REDIS_TLS: z.enum(['off', 'on', 'insecure']).optional(),
  MOONDESK_REDIS_TLS_CA: authority,
};

type Given = z.output<z.ZodObject<typeof trustVariables>>;

/** The chosen TLS; `ca` is the PEM of the only trusted authority; without it, the system's are trusted. */
export interface ChosenTls {
  readonly enabled: boolean;
  readonly verify: boolean;
  readonly ca?: string;
}

/**
 * Which MySQL server gets the password and the traffic. Naming an authority turns TLS on, unless it is explicitly off.
 */
export function mysqlTrust(given: Given): {
  readonly tls: ChosenTls;
  readonly serverPublicKey?: string;
  readonly allowPlainPassword?: true;
} {
  const key = given.MOONDESK_MYSQL_SERVER_PUBLIC_KEY;
  return {
    tls: chosen(given.MOONDESK_MYSQL_TLS, given.MOONDESK_MYSQL_TLS_CA, false),
    ...(key === undefined ? {} : { serverPublicKey: key }),
    ...(given.MOONDESK_MYSQL_PLAIN_PASSWORD === 'allow' ? { allowPlainPassword: true } : {}),
  };
}

/**
 * The same for Redis, whose address may ask for TLS itself (`rediss://`). Throws `invalid_input` if the two disagree.
 */
export function redisTrust(given: Given, byAddress: boolean): ChosenTls {
  const tls = chosen(given.MOONDESK_REDIS_TLS, given.MOONDESK_REDIS_TLS_CA, byAddress);
  if (byAddress && !tls.enabled) throw unusable('MOONDESK_REDIS_TLS, REDIS_URL');
  return tls;
}

function chosen(mode: 'off' | 'on' | 'insecure' | undefined, ca: string | undefined, otherwise: boolean): ChosenTls {
  const enabled = mode === undefined ? otherwise || ca !== undefined : mode !== 'off';
  return { enabled, verify: mode !== 'insecure', ...(ca === undefined ? {} : { ca }) };
}

/**
 * The variables that are set. An empty one counts as not set, because compose files pass on what they do not have. That
 * goes for the prefix too: without one, keys of the cache would be those of the legacy layout in the same Redis.
 */
export function givenVariables(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));
}

/** The refusal for unusable variables, by their names. */
export function unusable(names: string): Refusal {
  return new Refusal(
    'invalid_input',
    { zh: `环境变量有误：${names}`, en: `The environment’s ${names} cannot be used` },
    { hint: { zh: '改正后重新启动。', en: 'Correct it and start again.' } },
  );
}
