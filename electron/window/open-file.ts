import { basename } from 'node:path';
import { dialog } from 'electron';
import { Refusal } from '../contract/errors.js';
import { translate } from '../contract/text.js';
import type { Host } from '../operations/desk/desk.js';
import type { ShellContext } from './shell-context.js';

/**
 * Asks which file to read with the system's dialog; `MOONDESK_IMPORT_FILE` replaces the dialog if no one is at the
 * screen. A path from the page is refused: a compromised page could otherwise read any file of this machine into the
 * site, and learn its content from the answer. Only a file that the user has chosen is opened.
 */
export function fileOpener(shell: ShellContext, given: string | undefined): Host['openFile'] {
  return async (path) => {
    if (path !== undefined) throw onlyByDialog();
    if (given !== undefined && given !== '') return { path: given, name: basename(given) };
    const { window, language } = shell;
    const options = {
      title: translate({ zh: '选择卡密文件', en: 'Choose a file of card keys' }, language),
      properties: ['openFile' as const],
      filters: [
        { name: 'CSV, TXT', extensions: ['csv', 'txt', 'tsv'] },
        { name: translate({ zh: '所有文件', en: 'All files' }, language), extensions: ['*'] },
      ],
    };
    const { canceled, filePaths } = await (window === null
      ? dialog.showOpenDialog(options)
      : dialog.showOpenDialog(window, options));
    const [chosen] = filePaths;
    return canceled || chosen === undefined ? null : { path: chosen, name: basename(chosen) };
  };
}

function onlyByDialog(): Refusal {
  return new Refusal(
    'forbidden',
    { zh: '窗口中只能通过对话框选择文件', en: 'In the window a file is chosen by the dialog alone' },
    { hint: { zh: '去掉 path，在对话框里选择文件。', en: 'Leave path out and choose the file in the dialog.' } },
  );
}
