import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import { Refusal } from '../../contract/errors.js';
import type { SecretBox } from './desk.js';

const cost = { N: 32_768, r: 8, p: 1, maxmem: 64 * 1024 * 1024 } as const;
const version = 'v1';

/**
 * Encrypts secrets with AES-256-GCM; scrypt makes the key from a passphrase. Without a passphrase there is no key: the
 * box has the kind `session`, and refuses to seal or open.
 */
export function passphraseBox(passphrase: string | undefined): SecretBox {
  if (passphrase === undefined || passphrase === '') return sessionBox;
  const ownSalt = randomBytes(16);
  const keys = new Map<string, Buffer>();
  const keyOf = (salt: Buffer): Buffer => {
    const name = salt.toString('base64');
    const key = keys.get(name) ?? scryptSync(passphrase.normalize('NFC'), salt, 32, cost);
    keys.set(name, key);
    return key;
  };
  return {
    kind: 'passphrase',
    seal(secret) {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', keyOf(ownSalt), iv);
      cipher.setAAD(Buffer.from(version));
      const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return [version, ...[ownSalt, iv, cipher.getAuthTag(), text].map((part) => part.toString('base64'))].join('.');
    },
    open(sealed) {
      const [found, ...parts] = sealed.split('.');
      const [salt, iv, tag, text] = parts.map((part) => Buffer.from(part, 'base64'));
      if (found !== version || salt?.length !== 16 || iv?.length !== 12 || tag?.length !== 16 || text === undefined)
        throw wrong();
      const cipher = createDecipheriv('aes-256-gcm', keyOf(salt), iv);
      cipher.setAAD(Buffer.from(version));
      cipher.setAuthTag(tag);
      try {
        return Buffer.concat([cipher.update(text), cipher.final()]).toString('utf8');
      } catch (error) {
        throw wrong(error);
      }
    },
  };
}

/** There is no safe storage: secrets stay in memory until the console closes. */
export const sessionBox: SecretBox = { kind: 'session', seal: refuse, open: refuse };

function refuse(): never {
  throw new Refusal(
    'unsupported',
    {
      zh: '这台机器没有可用的密钥环，密码不能写入磁盘',
      en: 'There is no keychain here: secrets are not written to disk',
    },
    {
      hint: {
        zh: '给这个连接设一个口令，或每次输入密码。',
        en: 'Give the connection a passphrase, or type the password each time.',
      },
    },
  );
}

function wrong(cause?: unknown): Refusal {
  return new Refusal(
    'invalid_input',
    { zh: '口令不正确，或保存的密码已损坏', en: 'The passphrase is wrong, or the stored secret is damaged' },
    {
      hint: {
        zh: '再输入一次口令；忘记口令时，编辑连接并重新输入密码。',
        en: 'Type the passphrase again; if it is lost, edit the connection and type the passwords anew.',
      },
      details: { needs: 'passphrase' },
      cause,
    },
  );
}
