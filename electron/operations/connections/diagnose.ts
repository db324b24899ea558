import type { Diagnosis } from '../../contract/connections.js';
import { type LocalizedText } from '../../contract/text.js';
import { type Protocol, detectProtocol } from '../../data/detect-server.js';
import { recogniseDatabase } from '../../data/migrations/recognise.js';
import { withConnection } from '../../data/mysql/connect.js';
import type { DatabaseConfig } from '../../data/mysql/database.js';
import { galeraWarning } from '../../data/mysql/galera.js';
import { refusedWrite } from '../../data/mysql/writing.js';
import type { Tunnel } from '../../data/open-socket.js';
import type { RedisConfig } from '../../data/redis/client.js';
import { probeRedis } from '../../data/redis/probe.js';
import type { SiteConfig } from '../../data/site.js';
import { tunnelRefusal } from '../../data/ssh/refusals.js';
import { otherTrouble, rootOf, timeoutTrouble, type Trouble } from './diagnosis-texts.js';
import { mysqlTrouble } from './mysql-fault.js';
import { writingTrouble } from './mysql-writing.js';
import { diagnosedTrouble } from './redis-fault.js';
import { refusalTrouble } from './redis-refusal.js';

/** The test result of one part of a connection: a short text if it works, or the trouble. */
export interface Finding {
  readonly part: Diagnosis['part'];
  readonly trouble: Trouble | null;
  readonly fine: LocalizedText;
  /** What an operator should know although everything works; null if nothing. */
  readonly warning: LocalizedText | null;
  readonly version: string | null;
  readonly milliseconds: number;
  /** The fingerprint of the key that the SSH server has shown. */
  readonly hostKey?: string;
}

/** Milliseconds after which the test is over, whatever the servers do. */
const limit = 8_000;
const first = 5_000;
const second = 2_000;

/** Tests the tunnel, if there is one, then both servers at the same time. Closes the tunnel. Never throws. */
export async function diagnose(config: SiteConfig): Promise<Finding[]> {
  const { tunnel, mysql, redis } = config;
  try {
    const way = tunnel === undefined ? [] : [await timed('ssh', tunnel.server, () => tryTunnel(tunnel))];
    if (way.some(({ trouble }) => trouble !== null)) return way;
    const servers = await Promise.all([
      timed('mysql', mysql, () => tryMysql(mysql)),
      timed('redis', redis, () => tryRedis(redis)),
    ]);
    return [...way, ...servers];
  } finally {
    tunnel?.close();
  }
}

type Tried = Pick<Finding, 'trouble' | 'fine' | 'warning' | 'version' | 'hostKey'>;

async function timed(
  part: Finding['part'],
  place: { readonly host: string; readonly port: number },
  work: () => Promise<Tried>,
): Promise<Finding> {
  const since = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Tried>((resolve) => {
    timer = setTimeout(() => resolve(bad(timeoutTrouble(place.host, place.port, limit / 1000))), limit);
  });
  try {
    return { part, ...(await Promise.race([work(), late])), milliseconds: Math.round(performance.now() - since) };
  } finally {
    clearTimeout(timer);
  }
}

const nothing: LocalizedText = { zh: '', en: '' };
const bad = (trouble: Trouble): Tried => ({ trouble, fine: nothing, warning: null, version: null });

const found = {
  empty: { zh: '数据库是空的，可以创建首个站长', en: 'The database is empty: the first owner can be made' },
  site: { zh: '站点数据库，尚无控制台的数据表', en: 'A site’s database, without the console’s tables' },
  site_with_console: { zh: '站点数据库，控制台已就绪', en: 'A site’s database, ready for the console' },
} as const;

async function tryTunnel(tunnel: Tunnel): Promise<Tried> {
  try {
    const hostKey = await tunnel.ready();
    const fine = { zh: `已登录，主机密钥 ${hostKey}`, en: `Signed in; the host key is ${hostKey}` };
    return { trouble: null, fine, warning: null, version: null, hostKey };
  } catch (error) {
    const refusal = tunnelRefusal(error);
    if (refusal === null) return bad(otherTrouble(rootOf(error)));
    return { ...bad(refusal), ...(refusal.hostKey === null ? {} : { hostKey: refusal.hostKey }) };
  }
}

async function tryMysql(config: DatabaseConfig): Promise<Tried> {
  try {
    return await withConnection(
      config,
      async (connection) => {
        const [rows] = await connection.query('SELECT VERSION() AS version');
        const version = (rows as readonly { readonly version?: string }[])[0]?.version ?? '';
        const kind = await recogniseDatabase(connection);
        if (kind === 'foreign') return { ...bad(foreign(config)), version };
        const refused = await refusedWrite(connection, kind);
        if (refused !== null) return { ...bad(writingTrouble(refused, config)), version };
        return { trouble: null, fine: found[kind], warning: await galeraWarning(connection), version };
      },
      first,
    );
  } catch (error) {
    const trouble = mysqlTrouble(error, config, limit / 1000);
    // A client that waits for a greeting without result may be connected to something else.
    if (trouble.fault !== 'timeout' && trouble.fault !== 'other') return bad(trouble);
    const speaker = await detectProtocol(config, second);
    return bad(speaker === 'redis' || speaker === 'other' ? notMysql(config, speaker) : trouble);
  }
}

async function tryRedis(config: RedisConfig): Promise<Tried> {
  try {
    const { version, refused } = await probeRedis(config, first);
    const trouble = refusalTrouble(refused);
    if (trouble !== null) return { ...bad(trouble), version };
    return { trouble: null, fine: { zh: 'Redis 已连通', en: 'Redis answers' }, warning: null, version };
  } catch (error) {
    return bad(await diagnosedTrouble(error, config, second, limit / 1000));
  }
}

function foreign({ database }: DatabaseConfig): Trouble {
  return {
    fault: 'foreign_database',
    text: { zh: `数据库 ${database} 属于另一个应用`, en: `The database ${database} belongs to another application` },
    hint: {
      zh: '检查数据库名，或为站点新建一个空数据库。',
      en: 'Check its name, or create an empty one for the site.',
    },
  };
}

function notMysql({ host, port }: DatabaseConfig, speaker: Protocol): Trouble {
  const place = `${host}:${String(port)}`;
  return {
    fault: 'wrong_protocol',
    text:
      speaker === 'redis'
        ? { zh: `${place} 是 Redis，不是 MySQL`, en: `${place} is a Redis, not a MySQL` }
        : { zh: `${place} 上的服务不是 MySQL`, en: `What answers at ${place} is not a MySQL` },
    hint: { zh: '检查端口，MySQL 通常是 3306。', en: 'Check the port; MySQL usually listens at 3306.' },
  };
}
