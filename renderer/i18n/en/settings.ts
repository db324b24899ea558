import type { Same } from '../domains';
import type zh from '../zh-CN/settings';

export default {
  title: 'Settings',
  look: 'Look and language',
  language: 'Language',
  theme: 'Theme',
  theme_auto: 'System',
  theme_light: 'Light',
  theme_dark: 'Dark',
  density: 'Row height',
  connection: 'Connection',
  manage: 'Manage connections',
  close: 'Disconnect',
  command: { close: 'Close the connection' },
  name: 'Name',
  host: 'Host',
  database: 'Database',
  lock: 'Writing',
  about: 'About',
  version: 'Version',
  server: 'Server',
  migrations: 'Schema files',
  zone: 'Time zone',
  licence: 'Licence',
  applied: '{{n}} of {{all}} applied',
} satisfies Same<typeof zh>;
