import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import type { Host, SecretBox } from '../operations/desk/desk.js';

/** The surroundings of a terminal: files go where `--out` says, events go nowhere. */
export function terminalHost(dataFolder: string, secrets: SecretBox, out: string | undefined): Host {
  return {
    dataFolder,
    secrets,
    saveFile: (suggestedName) => {
      const path = resolve(out ?? suggestedName);
      // Never over a file that is already there.
      return new Promise((done, fail) => {
        const stream = createWriteStream(path, { flags: 'wx' });
        stream.once('open', () => done({ path, stream }));
        stream.once('error', fail);
      });
    },
    emit: () => undefined,
  };
}
