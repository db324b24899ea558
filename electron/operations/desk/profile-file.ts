import { join } from 'node:path';
import * as z from 'zod';
import { connectionDraft } from '../../contract/connections.js';
import { Refusal } from '../../contract/errors.js';
import type { LocalizedText } from '../../contract/text.js';
import { keepAside, readJson, writeJson } from './json-file.js';

/** A stored secret, and how it is sealed. `session` means that it was not written to disk. */
const storedSecret = z.discriminatedUnion('scheme', [
  z.strictObject({ scheme: z.enum(['keychain', 'passphrase']), sealed: z.string().max(10_000) }),
  z.strictObject({ scheme: z.literal('session') }),
]);
export type StoredSecret = z.infer<typeof storedSecret>;

const profile = connectionDraft.extend({
  id: z.string().min(1).max(60),
  colour: z.string().regex(/^#[0-9a-f]{6}$/i),
  mysqlPassword: storedSecret.optional(),
  redisPassword: storedSecret.optional(),
  sshPassword: storedSecret.optional(),
});
export type Profile = z.infer<typeof profile>;

export interface ProfileFile {
  readonly profiles: readonly Profile[];
  /** A text for users if something could not be read and was kept in a copy. */
  readonly notice: LocalizedText | null;
}

export const profilePath = (folder: string): string => join(folder, 'connections.json');

/**
 * Reads connections.json. Parts that cannot be understood are kept in a copy and reported once, so nothing is lost.
 * Throws unsupported for the file of a newer console.
 */
export async function readProfiles(folder: string): Promise<ProfileFile> {
  const path = profilePath(folder);
  const read = await readJson(path);
  if (read.state === 'absent') return { profiles: [], notice: null };
  if (read.state === 'damaged') return mended(folder, [], read.kept);
  const outer = z.object({ version: z.int(), connections: z.array(z.unknown()) }).safeParse(read.value);
  if (!outer.success) return mended(folder, [], await keepAside(path));
  if (outer.data.version !== 1) {
    throw new Refusal(
      'unsupported',
      {
        zh: `连接文件来自更新的版本（${String(outer.data.version)}）`,
        en: `The file of connections is a newer console’s (${String(outer.data.version)})`,
      },
      {
        hint: { zh: `更新控制台，或移走 ${path}。`, en: `Update the console, or move ${path} away.` },
      },
    );
  }
  const each = outer.data.connections.map((value) => profile.safeParse(value));
  const profiles = each.flatMap((one) => (one.success ? [one.data] : []));
  return profiles.length === each.length ? { profiles, notice: null } : mended(folder, profiles, await keepAside(path));
}

/** Continues with what could be read, and writes it, so that the same damage is not copied again. */
async function mended(folder: string, profiles: readonly Profile[], kept: string): Promise<ProfileFile> {
  await writeProfiles(folder, profiles);
  return { profiles, notice: told(kept) };
}

export async function writeProfiles(folder: string, profiles: readonly Profile[]): Promise<void> {
  await writeJson(profilePath(folder), { version: 1, connections: profiles });
}

function told(kept: string): LocalizedText {
  return {
    zh: `连接文件有读不懂的内容；原样保存在 ${kept}`,
    en: `Something in the file of connections could not be read; it was kept as ${kept}`,
  };
}
