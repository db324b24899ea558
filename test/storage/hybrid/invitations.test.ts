import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Invitation, PointsRecord } from '../../../electron/storage/types.js';
import { codeOf } from '../../operations/helpers.js';
import { engines } from '../../sandbox/database.js';
import { at, ends, openTestSiteClient, points, type TestSiteClient } from './site-client.js';
import { brokenRules } from './invariants.js';

let made = 0;
const next = (): string => String((made += 1));
/** An unused address. */
const fresh = (): string => `10.0.${String((made += 1) >> 8)}.${String(made & 255)}`;

describe.each(engines())('invitations on %s', (engine) => {
  let siteClient: TestSiteClient;
  let code: string;
  const join = (name: string, inviter: string, ip?: string): Promise<void> =>
    siteClient.createUserV2(name, 'secret', 'user', [], undefined, [], undefined, inviter, ip);
  const balance = async (name: string): Promise<number | undefined> => (await siteClient.getUserPoints(name))?.balance;
  const invitation = (inviter: string, invitee: string, changes: Partial<Invitation> = {}): Invitation => ({
    id: `i-${next()}`,
    inviter,
    invitee,
    invitationCode: '',
    ipAddress: fresh(),
    rewarded: false,
    createdAt: at(),
    ...changes,
  });
  const earning = (username: string, relatedUser: string): PointsRecord => ({
    id: `e-${next()}`,
    username,
    relatedUser,
    type: 'earn',
    amount: 100,
    reason: '邀请好友注册',
    createdAt: at(),
  });
  const pair = async (): Promise<[string, string]> => {
    const names: [string, string] = [`older${next()}`, `younger${next()}`];
    for (const name of names) await siteClient.registerUser(name, 'secret');
    return names;
  };

  beforeAll(async () => {
    siteClient = await openTestSiteClient(engine, 'host');
    code = (await siteClient.getUserPoints('host'))?.invitationCode ?? '';
  });
  afterAll(() => siteClient.close());

  test('the configuration has the design’s defaults, and takes what makes sense', async () => {
    expect(await siteClient.getInvitationConfig()).toMatchObject({
      enabled: true,
      rewardPoints: 100,
      redeemThreshold: 300,
      cardKeyType: 'week',
    });
    const config = {
      enabled: true,
      rewardPoints: 50,
      redeemThreshold: 200,
      cardKeyType: 'month',
      updatedAt: 0,
    } as const;
    await siteClient.setInvitationConfig(config);
    const read = await siteClient.getInvitationConfig();
    expect(read).toEqual({ ...config, updatedAt: read.updatedAt });
    expect(Math.abs(read.updatedAt - Date.now())).toBeLessThan(10_000);
    expect(await codeOf(siteClient.setInvitationConfig({ ...config, rewardPoints: -1 }))).toBe('invalid_input');
    expect(await codeOf(siteClient.setInvitationConfig({ ...config, redeemThreshold: 0 }))).toBe('invalid_input');
    await siteClient.setInvitationConfig({ ...config, rewardPoints: 100 });
  });

  test('a registration by code rewards the inviter, once an address', async () => {
    await join('guest1', code, '::ffff:1.2.3.4');
    const found = await siteClient.getInvitationByInvitee('GUEST1');
    expect(found).toMatchObject({
      inviter: 'host',
      invitee: 'guest1',
      invitationCode: code,
      ipAddress: '1.2.3.4',
      rewarded: true,
    });
    expect(await siteClient.getUserPoints('host')).toMatchObject({ balance: 100, totalEarned: 100 });
    expect(await siteClient.getPointsHistory('host', 1)).toMatchObject([
      { type: 'earn', amount: 100, reason: '邀请好友注册', relatedUser: 'guest1' },
    ]);
    expect(await siteClient.getIPRewardRecord('[::ffff:1.2.3.4]:1')).toMatchObject({
      ipAddress: '1.2.3.4',
      inviter: 'host',
      invitee: 'guest1',
      rewardTime: found?.rewardTime,
    });
    await join('guest2', code, '1.2.3.4, 9.9.9.9');
    expect(await siteClient.checkUserExist('guest2')).toBe(true);
    expect(await siteClient.getInvitationByInvitee('guest2')).toBeNull();
    expect(await balance('host')).toBe(100);
    await join('guest3', 'HOST', '2001:db8::7');
    expect(await balance('host')).toBe(200);
    expect((await siteClient.getInvitationsByInviter('Host')).map(({ invitee }) => invitee).toSorted()).toEqual([
      'guest1',
      'guest3',
    ]);
    expect(await siteClient.getInvitationsByInviter('nobody')).toEqual([]);
    expect(await siteClient.getIPRewardRecord('8.8.8.8')).toBeNull();
  });

  test('an address as an older site wrote it counts too; all unknown ones are one', async () => {
    await siteClient.site.db.run(
      "INSERT INTO ip_reward_records (id, ip_address, inviter, invitee) VALUES ('old', '::ffff:7.7.7.7', 'gone', 'away')",
    );
    await join('guest4', code, '7.7.7.7');
    expect(await siteClient.getInvitationByInvitee('guest4')).toBeNull();
    await join('guest5', code);
    await join('guest6', code, ' ');
    expect(await siteClient.getInvitationByInvitee('guest5')).toMatchObject({ ipAddress: 'unknown', rewarded: true });
    expect(await siteClient.getInvitationByInvitee('guest6')).toBeNull();
  });

  test('an unknown code, a banned inviter or invitations switched off do not stop anybody, and reward nobody', async () => {
    await join('guest7', 'NOSUCHCODE', fresh());
    expect(await siteClient.getInvitationByInvitee('guest7')).toBeNull();
    await siteClient.registerUser('crook', 'secret');
    const crooked = (await siteClient.getUserPoints('crook'))?.invitationCode ?? '';
    await siteClient.banUser('crook', true);
    await join('guest8', crooked, fresh());
    await join('guest9', 'crook', fresh());
    expect(await siteClient.getInvitationsByInviter('crook')).toEqual([]);
    await siteClient.banUser('crook', false);
    await join('guest10', crooked, fresh());
    expect(await balance('crook')).toBe(100);
    const config = await siteClient.getInvitationConfig();
    await siteClient.setInvitationConfig({ ...config, enabled: false });
    await join('guest11', code, fresh());
    expect(await siteClient.getInvitationByInvitee('guest11')).toBeNull();
    await siteClient.setInvitationConfig({ ...config, rewardPoints: 0 });
    await join('guest12', code, fresh());
    expect(await siteClient.getInvitationByInvitee('guest12')).toMatchObject({ rewarded: false });
    await siteClient.setInvitationConfig(config);
  });

  test('who comes back under the same name earns nobody anything again', async () => {
    const before = await balance('host');
    await join('boomerang', code, fresh());
    await siteClient.deleteUser('boomerang');
    await join('boomerang', code, fresh());
    expect(await balance('host')).toBe((before ?? 0) + 100);
    expect(await siteClient.getInvitationByInvitee('boomerang')).toBeNull();
  });

  test('the site’s own steps make one reward, in whatever order', async () => {
    const steps = ['earn', 'ip', 'mark'] as const;
    for (const order of [steps, ['ip', 'mark', 'earn'], ['mark', 'earn', 'ip']] as const) {
      const [inviter, invitee] = await pair();
      const row = invitation(inviter, invitee);
      await siteClient.createInvitation(row);
      expect(await siteClient.getInvitationByInvitee(invitee)).toMatchObject({ id: row.id, rewarded: false });
      for (const step of order) {
        if (step === 'earn') {
          await siteClient.updateUserPoints(points(inviter, 100));
          await siteClient.addPointsRecord(earning(inviter, invitee));
        } else if (step === 'ip') {
          const record = { id: `ip-${next()}`, ipAddress: row.ipAddress, inviter, invitee, rewardTime: at() };
          await siteClient.createIPRewardRecord(record);
          await siteClient.createIPRewardRecord(record);
        } else await siteClient.updateInvitation(row.id, { rewarded: true, rewardTime: at() });
        expect(await siteClient.getUserPoints(inviter), order.join()).toMatchObject({ balance: 100, totalEarned: 100 });
      }
      expect(await siteClient.getPointsHistory(inviter, 1)).toMatchObject([
        { id: expect.stringMatching(/^e-/) as string, amount: 100 },
      ]);
      expect(await siteClient.getInvitationByInvitee(invitee)).toMatchObject({ rewarded: true });
      expect(await codeOf(siteClient.addPointsRecord(earning(inviter, invitee)))).toBe('conflict');
      expect(await codeOf(siteClient.updateInvitation(row.id, { rewarded: false }))).toBe('conflict');
    }
    expect(await brokenRules(siteClient)).toEqual([]);
  });

  test('an unpaid invitation earns nothing once its inviter is banned, whichever place the site writes first', async () => {
    const [inviter, invitee] = await pair();
    const row = invitation(inviter, invitee);
    await siteClient.createInvitation(row);
    await siteClient.banUser(inviter, true);
    const record = { id: `ip-${next()}`, ipAddress: row.ipAddress, inviter, invitee, rewardTime: at() };
    expect(await codeOf(siteClient.updateInvitation(row.id, { rewarded: true }))).toBe('conflict');
    expect(await codeOf(siteClient.createIPRewardRecord(record))).toBe('conflict');
    expect(await codeOf(siteClient.addPointsRecord(earning(inviter, invitee)))).toBe('conflict');
    expect(await balance(inviter)).toBe(0);
    expect(await siteClient.getInvitationByInvitee(invitee)).toMatchObject({ rewarded: false });
    expect(await siteClient.getIPRewardRecord(row.ipAddress)).toBeNull();
    await siteClient.banUser(inviter, false);
    await siteClient.updateInvitation(row.id, { rewarded: true });
    expect(await balance(inviter)).toBe(100);
  });

  test('an invitation that cannot be is refused', async () => {
    const [inviter, invitee] = await pair();
    const row = invitation(inviter, invitee, { rewarded: true });
    await siteClient.createInvitation(row);
    expect(await balance(inviter)).toBe(100);
    await siteClient.registerUser('banned', 'secret');
    await siteClient.banUser('banned', true);
    const [older, younger] = await pair();
    const record = { id: 'x', ipAddress: fresh(), inviter: older, invitee: younger, rewardTime: at() };
    const unpaid = invitation(older, younger);
    for (const [work, expected] of [
      [() => siteClient.createInvitation(invitation(inviter, invitee)), 'conflict'],
      [() => siteClient.createInvitation(invitation(older, older)), 'invalid_input'],
      [() => siteClient.createInvitation(invitation(younger, older)), 'invalid_input'],
      [() => siteClient.createInvitation(invitation(older, 'nobody')), 'not_found'],
      [() => siteClient.createInvitation(invitation(older, younger, { invitationCode: code })), 'conflict'],
      [
        () => siteClient.createInvitation(invitation(older, younger, { ipAddress: row.ipAddress, rewarded: true })),
        'conflict',
      ],
      [() => siteClient.createInvitation(invitation('banned', younger)), 'conflict'],
      [() => siteClient.createIPRewardRecord(record), 'not_found'],
      [() => siteClient.updateInvitation('none', {}), 'not_found'],
      [() => siteClient.createInvitation(unpaid), 'done'],
      [() => siteClient.updateInvitation(unpaid.id, { invitee: 'host' }), 'invalid_input'],
      [() => siteClient.createIPRewardRecord(record), 'conflict'],
      [() => siteClient.createIPRewardRecord({ ...record, ipAddress: row.ipAddress }), 'conflict'],
      [() => siteClient.updateInvitation(unpaid.id, { ipAddress: row.ipAddress, rewarded: true }), 'conflict'],
      [() => siteClient.updateInvitation(unpaid.id, { ipAddress: '::ffff:200.1.1.1' }), 'done'],
      [() => siteClient.createIPRewardRecord({ ...record, ipAddress: '200.1.1.1' }), 'done'],
    ] as const) {
      expect(Object.keys(await ends([work()])), work.toString()).toEqual([expected]);
    }
    expect(await balance(older)).toBe(100);
  });

  test('forty registrations from one address at once reward once', async () => {
    const other = await siteClient.another();
    const inviters = await Promise.all([1, 2, 3, 4].map(async () => (await pair())[0]));
    const calls = Array.from({ length: 40 }, (_, n) =>
      (n % 2 === 0 ? siteClient : other).createUserV2(
        `swarm${String(n)}`,
        'secret',
        'user',
        [],
        undefined,
        [],
        undefined,
        inviters[n % 4],
        n % 3 === 0 ? '5.5.5.5' : '::ffff:5.5.5.5',
      ),
    );
    expect(await ends(calls)).toEqual({ done: 40 });
    expect(await siteClient.sql("SELECT id FROM ip_reward_records WHERE ip_address = '5.5.5.5'")).toHaveLength(1);
    const balances = await Promise.all(inviters.map((name) => balance(name)));
    expect(balances.reduce<number>((sum, one) => sum + (one ?? 0), 0)).toBe(100);
  });

  test('after all of this the invariants hold', async () => {
    expect(await brokenRules(siteClient)).toEqual([]);
  });
});
