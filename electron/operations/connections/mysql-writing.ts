import type { DatabaseConfig } from '../../data/mysql/database.js';
import type { RefusedWrite } from '../../data/mysql/writing.js';
import type { Trouble } from './diagnosis-texts.js';

/** An account or server that can only read, as a text for users. */
export function writingTrouble({ by, words }: RefusedWrite, { user, database }: DatabaseConfig): Trouble {
  return by === 'account'
    ? {
        fault: 'read_only',
        text: {
          zh: `账号 ${user} 不能修改数据库 ${database}：${words}`,
          en: `The account ${user} may not change the database ${database}: ${words}`,
        },
        hint: {
          zh: `请管理员执行 GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, REFERENCES ON ${database}.* TO '${user}'@…。`,
          en: `Have an administrator run GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, REFERENCES ON ${database}.* TO '${user}'@….`,
        },
      }
    : {
        fault: 'read_only',
        text: { zh: `这台 MySQL 只读：${words}`, en: `This MySQL only reads: ${words}` },
        hint: {
          zh: '这可能是副本：改连主服务器，或在服务器上关闭 read_only。',
          en: 'It may be a replica: connect to the primary, or switch read_only off on the server.',
        },
      };
}
