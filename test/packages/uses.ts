/** What a site does with the storage, under either name of the package. */

/** ES module and CommonJS in one process. Prints one line per finding. */
export const esmSite = (name: string): string => `
import { createRequire } from 'node:module';
import { createStorage, Refusal, storageConfig } from '${name}';
const required = createRequire(import.meta.url)('${name}');
console.log(required.Refusal === Refusal, required.createStorage === createStorage);
const storage = createStorage(storageConfig(process.env));
await storage.registerUser('esm', 'a password');
await storage.addSearchHistory('esm', '繁花');
console.log(await storage.getSearchHistory('esm'));
const other = required.createStorage();
const refused = await other.registerUser('esm', 'again').catch((error) => error);
console.log(refused instanceof Refusal, refused.code);
await Promise.all([storage.close(), other.close()]);
`;

export const cjsSite = (name: string): string => `
const { createStorage, Refusal } = require('${name}');
(async () => {
  const storage = createStorage();
  await storage.registerUser('cjs', 'a password');
  console.log(await storage.verifyUser('cjs', 'a password'), await storage.verifyUser('cjs', 'another'));
  const refused = await storage.registerUser('cjs', 'again').catch((error) => error);
  console.log(refused instanceof Refusal, refused.code);
  await storage.close();
})();
`;

export const esmLines = ['true true', "[ '繁花' ]", 'true conflict'];
export const cjsLines = ['true false', 'true conflict'];

/** Each `@ts-expect-error` is a complaint if the types are missing or are `any`. */
export const typedEsm = (name: string): string => `
import { createRequire } from 'node:module';
import { createStorage, Refusal, storageConfig, type IStorage, type PlayRecord } from '${name}';
const storage: IStorage = createStorage(storageConfig(process.env));
const record: PlayRecord | null = await storage.getPlayRecord('alice', 'source+id');
export const seconds: number | undefined = record?.play_time;
// @ts-expect-error -- a record is no number
await storage.setPlayRecord('alice', 'source+id', 42);
const required = createRequire(import.meta.url)('${name}') as typeof import('${name}', { with: { 'resolution-mode': 'require' } });
export const same: Refusal = new required.Refusal('conflict', { zh: '', en: '' });
`;

export const typedCjs = (name: string): string => `
import { createStorage, type HybridStorage } from '${name}';
import storage = require('${name}');
const refusal: storage.Refusal = new storage.Refusal('conflict', { zh: '', en: '' });
// @ts-expect-error -- there is no such code
export const wrong = new storage.Refusal('nonsense', { zh: '', en: '' });
const config = storage.storageConfig({});
export const hybrid: HybridStorage | null = config.engine === 'hybrid' ? createStorage(config) : null;
export { refusal };
`;
