/** Without characters that look alike: no 0 O, no 1 l I. */
const alphabet = 'abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** A random password that can be read aloud: no characters look alike, and all are equally likely. */
export function makePassword(length = 16): string {
  const fair = 256 - (256 % alphabet.length);
  let made = '';
  while (made.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length))) {
      if (byte < fair && made.length < length) made += alphabet.charAt(byte % alphabet.length);
    }
  }
  return made;
}
