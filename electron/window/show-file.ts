import { access } from 'node:fs/promises';
import { shell } from 'electron';
import { Refusal } from '../contract/errors.js';
import type { Host } from '../operations/desk/desk.js';

/** Opens a file with the system's program for it, or its folder with the file chosen. */
export const showFile: NonNullable<Host['showFile']> = async (path, how) => {
  await access(path).catch((error: unknown) => {
    throw new Refusal(
      'not_found',
      { zh: '文件已不在原来的位置', en: 'The file is no longer where it was saved' },
      {
        hint: { zh: '它可能已被移动或删除；可以重新导出。', en: 'It was moved or deleted; export it again.' },
        cause: error,
      },
    );
  });
  if (how === 'folder') {
    shell.showItemInFolder(path);
    return;
  }
  const problem = await shell.openPath(path);
  if (problem !== '')
    throw new Refusal(
      'unavailable',
      { zh: `系统无法打开这个文件：${problem}`, en: `The system cannot open this file: ${problem}` },
      { hint: { zh: '打开所在文件夹，用其他程序打开。', en: 'Open its folder, and the file with another program.' } },
    );
};
