import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

export type JsonRead =
  | { readonly state: 'absent' }
  | { readonly state: 'read'; readonly value: unknown }
  | { readonly state: 'damaged'; readonly kept: string };

/** Reads a JSON file. A file that is not JSON is also kept under another name. Throws only if the disk refuses. */
export async function readJson(path: string): Promise<JsonRead> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { state: 'absent' };
    throw error;
  }
  try {
    return { state: 'read', value: JSON.parse(text) as unknown };
  } catch {
    return { state: 'damaged', kept: await keepAside(path) };
  }
}

/** Copies a file before it is rewritten without its unreadable part. Returns the path of the copy. */
export async function keepAside(path: string): Promise<string> {
  const kept = `${path}.damaged-${new Date().toISOString().replace(/[:.]/g, '-')}`;
  await copyFile(path, kept);
  return kept;
}

/** Writes the whole file or nothing. Only its owner can read it. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const fresh = `${path}.${randomUUID().slice(0, 8)}.new`;
  try {
    const file = await open(fresh, 'wx', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(value, null, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}

/** Runs one piece of work at a time, in the order of the calls. */
export function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  };
}
