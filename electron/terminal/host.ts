import { createWriteStream } from 'node:fs';
import { basename, resolve } from 'node:path';
import { Refusal } from '../contract/errors.js';
import type { Host, SecretBox } from '../operations/desk/desk.js';

/** The host for a terminal: files go where `--out` says, events go nowhere. */
export function terminalHost(dataFolder: string, secrets: SecretBox, out: string | undefined): Host {
  return {
    dataFolder,
    secrets,
    saveFile: (suggestedName) => {
      const path = resolve(out ?? suggestedName);
      // Never overwrites a file; keys and users' data must not be readable for others on this machine.
      return new Promise((done, fail) => {
        const stream = createWriteStream(path, { flags: 'wx', mode: 0o600 });
        stream.once('open', () => done({ path, stream }));
        stream.once('error', fail);
      });
    },
    openFile: (path) =>
      path === undefined
        ? Promise.reject(
            new Refusal(
              'invalid_input',
              { zh: '没有说明要读哪个文件', en: 'It is not said which file to read' },
              {
                hint: { zh: '在输入中加上 "path"。', en: 'Add "path" to the input.' },
                details: { field: 'path' },
              },
            ),
          )
        : Promise.resolve({ path: resolve(path), name: basename(path) }),
    emit: () => undefined,
  };
}
