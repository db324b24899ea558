import { parseArgs } from 'node:util';
import { createConnection } from 'mysql2/promise';
import { type DemoOptions, DEMO_PASSWORD, generateDemo, verifyDemo } from './generate.js';
import { OWNER } from './users.js';

const HELP = `Fills an empty site (MySQL and Redis) with a believable demo.

Usage: npm run demo -- [options]

  --users N       how many users (default 20000; 1000000 takes some minutes)
  --seed N        another number, another site; the same number, the same one (default 42)
  --now TIME      the moment the demo ends at, ISO 8601 (default: the present)
  --prefix TEXT   prefix of the site's Redis keys (default moontv:)
  --no-cache      leave Redis cold
  --no-infile     load by INSERT even where LOAD DATA LOCAL is allowed
  --replace       delete the site's rows, cached keys and batches of cards first; the console's other tables stay
  --verify        check the rows afterwards against the site's invariants
  --help          this text

The connection comes from MYSQL_HOST, MYSQL_PORT, MYSQL_USER, MYSQL_PASSWORD, MYSQL_DATABASE and REDIS_URL.
The tables must exist. A database with rows in it is refused, unless --replace is given.
The owner is ${OWNER}, password ${DEMO_PASSWORD}.
`;

/** Returns the exit code: 0 done, 1 failed, 2 wrong usage. */
export async function main(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  let plan: { options: DemoOptions; verify: boolean } | null;
  try {
    plan = readArguments(args, env);
  } catch (error) {
    process.stderr.write(`demo: ${messageOf(error)}\nSee --help.\n`);
    return 2;
  }
  if (plan === null) {
    process.stdout.write(HELP);
    return 0;
  }
  try {
    const summary = await generateDemo(plan.options);
    process.stdout.write(`${JSON.stringify(summary)}\n`);
    return plan.verify ? await verify(plan.options) : 0;
  } catch (error) {
    process.stderr.write(`demo: ${messageOf(error)}\n`);
    return 1;
  }
}

function readArguments(args: string[], env: NodeJS.ProcessEnv): { options: DemoOptions; verify: boolean } | null {
  const { values } = parseArgs({
    args,
    options: {
      users: { type: 'string', default: '20000' },
      seed: { type: 'string', default: '42' },
      now: { type: 'string' },
      prefix: { type: 'string', default: 'moontv:' },
      'no-cache': { type: 'boolean', default: false },
      'no-infile': { type: 'boolean', default: false },
      replace: { type: 'boolean', default: false },
      verify: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return null;
  const now = values.now === undefined ? new Date() : new Date(values.now);
  if (Number.isNaN(now.getTime())) throw new Error(`--now ${String(values.now)} is not a time`);
  const options: DemoOptions = {
    mysql: {
      host: env['MYSQL_HOST'] ?? 'localhost',
      port: wholeNumber('MYSQL_PORT', env['MYSQL_PORT'] ?? '3306', 1),
      user: env['MYSQL_USER'] ?? 'root',
      password: env['MYSQL_PASSWORD'] ?? '',
      database: env['MYSQL_DATABASE'] ?? 'moontv',
    },
    redisUrl: env['REDIS_URL'] ?? 'redis://localhost:6379',
    redisPrefix: values.prefix,
    users: wholeNumber('--users', values.users, 10),
    seed: wholeNumber('--seed', values.seed, 0),
    now,
    warmCache: !values['no-cache'],
    localInfile: !values['no-infile'],
    replace: values.replace,
    onProgress: (line) => process.stderr.write(`${line}\n`),
  };
  return { options, verify: values.verify };
}

async function verify(options: DemoOptions): Promise<number> {
  const connection = await createConnection({ ...options.mysql, charset: 'utf8mb4' });
  try {
    const violations = await verifyDemo(connection, options.now);
    for (const { rule, rows } of violations) process.stderr.write(`broken: ${rule} (${rows} rows)\n`);
    if (violations.length === 0) process.stderr.write('all invariants hold\n');
    return violations.length === 0 ? 0 : 1;
  } finally {
    await connection.end();
  }
}

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least)
    throw new Error(`${name} must be a whole number of at least ${least}, not "${text}"`);
  return value;
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
