import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import { translate, type LocalizedText } from '../contract/text.js';
import type { ShellContext } from './shell-context.js';

/** The menu choices that are sent to the page. */
export type MenuCommand = 'palette' | 'connections' | 'lock' | 'signOut' | 'jobs' | 'theme' | 'language' | 'shortcuts';

/** Sets the menu in the window's language, and again when that changes. */
export function keepMenu(shell: ShellContext): void {
  const set = (): void => Menu.setApplicationMenu(Menu.buildFromTemplate(template(shell)));
  shell.onLanguage(set);
  set();
}

function template(shell: ShellContext): MenuItemConstructorOptions[] {
  const label = (zh: string, en: string): string => translate({ zh, en } satisfies LocalizedText, shell.language);
  /** The page handles these keys itself: the menu only shows them. */
  const command = (name: MenuCommand, zh: string, en: string, accelerator?: string): MenuItemConstructorOptions => ({
    label: label(zh, en),
    click: () => shell.emit('menu', { command: name }),
    ...(accelerator === undefined ? {} : { accelerator, registerAccelerator: false }),
  });
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const developer: MenuItemConstructorOptions[] = app.isPackaged
    ? []
    : [
        separator,
        { role: 'reload', label: label('重新载入', 'Reload') },
        { role: 'toggleDevTools', label: label('开发者工具', 'Developer tools') },
      ];
  return [
    ...(process.platform === 'darwin' ? [{ role: 'appMenu' } satisfies MenuItemConstructorOptions] : []),
    {
      label: label('控制台', 'Console'),
      submenu: [
        command('connections', '连接…', 'Connections…'),
        command('lock', '锁定写入', 'Lock writing'),
        command('signOut', '退出登录', 'Sign out'),
        separator,
        { role: 'quit', label: label('退出', 'Quit') },
      ],
    },
    {
      label: label('编辑', 'Edit'),
      submenu: [
        { role: 'undo', label: label('撤销', 'Undo') },
        { role: 'redo', label: label('重做', 'Redo') },
        separator,
        { role: 'cut', label: label('剪切', 'Cut') },
        { role: 'copy', label: label('复制', 'Copy') },
        { role: 'paste', label: label('粘贴', 'Paste') },
        { role: 'selectAll', label: label('全选', 'Select all') },
      ],
    },
    {
      label: label('显示', 'View'),
      submenu: [
        command('palette', '命令面板', 'Command palette', 'CmdOrCtrl+K'),
        command('jobs', '任务', 'Jobs'),
        separator,
        command('theme', '切换明暗', 'Light or dark'),
        command('language', 'English', '中文'),
        separator,
        { role: 'zoomIn', label: label('放大', 'Zoom in'), accelerator: 'CmdOrCtrl+=' },
        { role: 'zoomOut', label: label('缩小', 'Zoom out') },
        { role: 'resetZoom', label: label('实际大小', 'Actual size') },
        { role: 'togglefullscreen', label: label('全屏', 'Full screen') },
        ...developer,
      ],
    },
    {
      label: label('帮助', 'Help'),
      role: 'help',
      submenu: [
        command('shortcuts', '键盘快捷键', 'Keyboard shortcuts'),
        { role: 'about', label: label('关于 Moondesk', 'About Moondesk') },
      ],
    },
  ];
}
