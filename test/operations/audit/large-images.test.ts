import { describe, expect, test } from 'vitest';
import { runAudited } from '../../../electron/data/write/audited-change.js';
import { Site } from '../../../electron/data/site.js';
import { createDatabase, engines, redisEndpoint, redisPrefix } from '../../sandbox/database.js';
import { migrate } from '../helpers.js';

describe.each(engines())('the images of a change on %s', (engine) => {
  test('may be more than the server takes in one packet', async () => {
    const database = await createDatabase(engine);
    await migrate(database.config);
    const site = await Site.open({ mysql: database.config, redis: { ...redisEndpoint(), prefix: redisPrefix() } });
    try {
      const [row] = await site.db.rows<{ most: string | number }>('SELECT @@max_allowed_packet AS most');
      const note = 'x'.repeat(900_000);
      const count = Math.ceil(Number(row?.most) / note.length) + 1;
      const author = { operator: 'boss', role: 'owner', origin: 'window' } as const;
      const { auditId } = await runAudited(site, { author, operation: 'users.tag', input: {} }, (change) => {
        for (let at = 0; at < count; at += 1) {
          const image = { users: [{ id: String(at), note }] };
          change.record({ kind: 'user', target: `u${String(at)}`, before: image, after: {} });
        }
        return Promise.resolve(null);
      });
      const [kept] = await site.db.rows<{ images: string | number }>(
        'SELECT COUNT(*) AS images FROM console_audit_targets WHERE audit_id = ? AND LENGTH(before_image) > ?',
        [auditId, note.length],
      );
      expect(Number(kept?.images)).toBe(count);
    } finally {
      await site.close();
      await database.drop();
    }
  });
});
