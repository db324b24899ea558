import type { Command } from '../ui/actions';

/** What the palette offers of the window itself: useWindowActions has what each does. */
export const commands: readonly Command[] = [
  { id: 'session.unlock', name: 'shell:unlock', words: '写入 只读 write' },
  { id: 'session.lock', name: 'shell:lockWriting', words: '只读 read-only' },
  { id: 'jobs.list', name: 'shell:jobs', words: '进度 progress' },
  { id: 'jobs.pause', name: 'shell:pauseJob', words: '停 stop' },
  { id: 'jobs.resume', name: 'shell:resumeJob', words: '恢复 continue' },
  { id: 'jobs.cancel', name: 'jobs:cancelJob', words: '停止 中止 stop abort' },
  { id: 'jobs.showFile', name: 'shell:openExport', words: '下载 文件夹 folder download' },
  { id: 'language', name: 'shell:switchLanguage', words: '语言 中文 英文 language English Chinese' },
  { id: 'theme', name: 'shell:switchTheme', words: '主题 深色 浅色 夜间 theme dark light' },
  { id: 'density', name: 'shell:switchDensity', words: '密度 紧凑 宽松 density rows dense roomy' },
  { id: 'rail', name: 'shell:switchRail', words: '边栏 菜单 sidebar menu' },
  { id: 'shortcuts', name: 'shell:shortcuts', words: '键盘 帮助 keys help', keys: '?' },
  { id: 'session.signOut', name: 'shell:signOut', words: '登出 注销 log out' },
];
