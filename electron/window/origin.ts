export const scheme = 'moondesk';
export const host = 'app';
/** The only origin whose pages this console shows and whose calls it answers. */
export const origin = `${scheme}://${host}`;
export const startPage = `${origin}/index.html`;

/** True for an address of this origin: compared as parsed, never as text. */
export function isOurs(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  return url.protocol === `${scheme}:` && url.host === host && url.username === '' && url.password === '';
}
