import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type AnyAuthMethod, type ParsedKey } from 'ssh2';
import { keyFileRefused, noAgent, passphraseRefused } from './refusals.js';
import type { SshConfig } from './ssh-config.js';

/** What is tried to sign in, one after the other. Throws a refusal if there is nothing to try. */
export async function loginMethods(config: SshConfig): Promise<AnyAuthMethod[]> {
  const { user: username, login, secret = '', agent = '' } = config;
  if (login === 'key') return [{ type: 'publickey', username, key: await keyOf(config) }];
  if (login === 'agent') {
    if (agent === '') throw noAgent();
    return [{ type: 'agent', username, agent }];
  }
  return [
    { type: 'password', username, password: secret },
    // Many servers ask for the password only in this form. Other questions are not answered with it.
    {
      type: 'keyboard-interactive',
      username,
      prompt: (_name, _instructions, _language, prompts, answer) => {
        const [only, ...more] = prompts;
        answer(only !== undefined && more.length === 0 && only.echo !== true ? [secret] : prompts.map(() => ''));
      },
    },
  ];
}

/** The private key, opened. */
async function keyOf({ keyFile, secret }: SshConfig): Promise<ParsedKey> {
  const text = await readFile(atHome(keyFile)).catch((error: unknown) => {
    throw keyFileRefused(keyFile, error instanceof Error ? error : new Error(String(error)));
  });
  const bare = parsed(text);
  if (!(bare instanceof Error)) return privateOne(bare, keyFile);
  if (!/no passphrase given/i.test(bare.message)) throw keyFileRefused(keyFile, bare);
  if (secret === undefined) throw passphraseRefused(keyFile, false, bare);
  const opened = parsed(text, secret);
  if (opened instanceof Error) throw passphraseRefused(keyFile, true, opened);
  return privateOne(opened, keyFile);
}

function parsed(text: Buffer, passphrase?: string): ParsedKey | Error {
  // Some forms of files may hold several keys; the types do not say so.
  const found: ParsedKey | Error | ParsedKey[] = ssh2.utils.parseKey(text, passphrase);
  const [key = new Error('It holds no key')] = [found].flat();
  return key;
}

function privateOne(key: ParsedKey, keyFile: string): ParsedKey {
  if (!key.isPrivateKey()) throw keyFileRefused(keyFile, new Error('It is a public key'));
  return key;
}

function atHome(path: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;
}
