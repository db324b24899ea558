import { randomUUID } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
import { expect, test } from 'vitest';
import { startGuard } from '../../../build/lib/guard.mjs';
import { moveEntriesBack, moveEntriesIn } from '../../../electron/data/config/move-site.js';
import { connectionOptions } from '../../../electron/data/mysql/database.js';
import { createStorage } from '../../../electron/storage/index.js';
import { addPeople } from '../../operations/fixtures/users.js';
import { migrate, openSite } from '../../operations/helpers.js';
import { engines, redisEndpoint } from '../../sandbox/database.js';
import { startMariadb, startMysql } from '../../sandbox/index.js';

const packet = 1_048_576;

test.each(engines())(
  'a config of more than half a packet that was moved back can be set on %s',
  async (engine) => {
    const guard = startGuard();
    const server = await (engine === 'mysql' ? startMysql : startMariadb)({
      guard,
      settings: { max_allowed_packet: packet },
    });
    try {
      const { host, port, user, password } = server.endpoint;
      const mysql = { host, port, user, password, database: 'films' };
      const admin = await createConnection(connectionOptions({ ...mysql, database: 'mysql' }));
      await admin.query('CREATE DATABASE films CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci');
      await admin.end();
      await migrate(mysql);
      const redis = { ...redisEndpoint(), prefix: `t${randomUUID().slice(0, 8)}:` };
      const desk = await openSite({ mysql, redis });
      const storage = createStorage({ engine: 'hybrid', mysql, redis, warmUsers: 0 });
      try {
        await addPeople(desk.site.db, [{ username: 'boss', role: 'owner' }]);
        await moveEntriesIn(desk.site, { by: 'boss' });
        const rows = Array.from({ length: 600 }, (_, at) => [
          `u${String(at)}`,
          JSON.stringify({ username: `u${String(at)}`, note: 'x'.repeat(900) }),
        ]);
        for (const some of [rows.slice(0, 300), rows.slice(300)])
          await desk.site.db.run('INSERT INTO console_config_entries (username, entry) VALUES ?', [some]);
        const { bytes } = await moveEntriesBack(desk.site, { by: 'boss' });
        expect(bytes).toBeGreaterThan(packet / 2);
        const config = await storage.getAdminConfig();
        await storage.setAdminConfig({ ...config, note: 'n' });
        expect(await storage.getAdminConfig()).toMatchObject({ note: 'n' });
      } finally {
        await storage.close();
        await desk.close();
      }
    } finally {
      await server.kill();
      await guard.close();
    }
  },
  120_000,
);
