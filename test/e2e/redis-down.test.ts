import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGuard } from '../../build/lib/guard.mjs';
import { type RedisEndpoint, type RunningServer, startRedis } from '../sandbox/index.js';
import { openedWindow } from './support/opened.js';
import { signInAtSite, somebody, stateOf } from './support/state.js';
import {
  allInEffect,
  chooseReason,
  closeDialog,
  dialog,
  drawerOf,
  find,
  openUsers,
  placeOf,
  rowOf,
} from './support/window.js';

describe('Redis goes and comes back', () => {
  const guard = startGuard();
  let redis: RunningServer<RedisEndpoint>;

  beforeAll(async () => {
    redis = await startRedis({ guard });
  });
  afterAll(async () => {
    await redis?.kill();
    await guard.close();
  });
  const { site, console } = openedWindow({
    users: 300,
    more: () => ({ redis: `redis://${redis.endpoint.host}:${redis.endpoint.port}/0` }),
    afresh: false,
  });

  it('says so, bans all the same, and mends the cache afterwards', async () => {
    const { page } = console;
    const name = await somebody(site);
    await signInAtSite(site, name);
    const lamp = page.getByRole('group', { name: '服务状态' }).locator('.md-lamp').filter({ hasText: 'Redis' });
    await expect.poll(() => lamp.textContent()).toContain('正常');

    await redis.kill();
    await expect.poll(() => lamp.textContent(), { timeout: 20_000 }).toContain('不可用');
    await openUsers(page);
    await find(page, name);
    await rowOf(page, name).locator('[data-username]').click();
    const drawer = drawerOf(page, name);
    await drawer.getByText('Redis 未连接，暂时读不到').waitFor();
    await drawer.getByRole('button', { name: '封禁…' }).click();
    await chooseReason(page);
    await dialog(page).getByRole('button', { name: '封禁 1 个用户' }).click();
    await dialog(page).getByText('部分位置尚未生效，正在自动重试。').waitFor();
    expect(await placeOf(dialog(page), '数据库').textContent()).toContain('已生效');
    expect(await placeOf(dialog(page), '缓存').textContent()).toContain('重试中');
    expect(await placeOf(dialog(page), '登录会话').textContent()).toContain('重试中');
    const [user] = await site.rows('SELECT banned, tvbox_token FROM users WHERE username = ?', [name]);
    expect(user).toEqual({ banned: 1, tvbox_token: null });
    await expect.poll(() => lamp.getAttribute('title')).toContain('1 项缓存清理等待 Redis 恢复');

    await redis.start();
    await dialog(page).getByText(allInEffect).waitFor({ timeout: 30_000 });
    expect(await placeOf(dialog(page), '缓存').textContent()).toContain('已生效');
    expect((await stateOf(site, name)).redis).toEqual({ sessions: 0, caches: 0, config: 0 });
    await closeDialog(page);
    await expect.poll(() => lamp.textContent(), { timeout: 20_000 }).toContain('正常');
  });
});
