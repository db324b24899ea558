import type { Command, Place, Tab } from '../../ui/actions';
import type { SettingsSearch } from './search';

const section = (name: NonNullable<SettingsSearch['section']>): Place => ({
  to: '/settings',
  search: { section: name } satisfies SettingsSearch,
});

/** The sections of the settings. */
export const tabs: readonly Tab[] = [
  { id: 'settings.look', names: ['settings:title', 'settings:look'], words: '主题 theme', at: section('look') },
  { id: 'settings.connection', names: ['settings:title', 'settings:connection'], at: section('connection') },
  { id: 'settings.database', names: ['settings:title', 'schema:section'], words: '表 tables', at: section('database') },
  { id: 'settings.config', names: ['settings:title', 'config:section'], at: section('config') },
  { id: 'settings.about', names: ['settings:title', 'settings:about'], words: '版本 version', at: section('about') },
];

/** What the palette offers of the open connection's database. */
export const commands: readonly Command[] = [
  {
    id: 'connections.migrate',
    name: 'schema:dialog.title',
    words: '升级 建表 修复 upgrade tables repair',
    at: section('database'),
  },
  { id: 'connections.schema', name: 'schema:command.again', words: '对比 compare check', at: section('database') },
  { id: 'config.move', name: 'config:command.move', words: '迁回 rows document back', at: section('config') },
  { id: 'config.move.callOff', name: 'config:command.callOff', words: 'cancel', at: section('config') },
  { id: 'connections.close', name: 'settings:command.close', words: '关闭 disconnect', at: section('connection') },
];
