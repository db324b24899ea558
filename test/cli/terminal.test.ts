import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoOwner } from '../../build/lib/demo-owner.mjs';
import { type E2eSite, siteOf } from '../e2e/support/site.js';
import { until } from '../jobs/support.js';
import { Shell } from './support.js';

/** A name that would colour the terminal, clear it and change the writing direction. */
const hostile = 'x\u001b[31mred\u009b2J\u202eevil';

let site: E2eSite;
let shell: Shell;

beforeAll(async () => {
  site = await siteOf('mariadb', { users: 60 });
  shell = new Shell(site.env);
  await site.rows(
    `INSERT INTO users (username, password_hash, role) SELECT ?, password_hash, 'user' FROM users WHERE username = ?`,
    [hostile, demoOwner.username],
  );
  // Builds the command if necessary.
  await shell.run('moondesk --version');
});

afterAll(async () => {
  shell.close();
  await site.close();
});

async function bansOf(name: string): Promise<number> {
  const [row] = await site.rows<{ banned: number }>('SELECT banned FROM users WHERE username = ?', [name]);
  return row?.banned ?? -1;
}

async function someUsers(count: number): Promise<readonly string[]> {
  const rows = await site.rows<{ username: string }>(
    `SELECT username FROM users WHERE role = 'user' AND NOT banned AND username REGEXP '^[a-z0-9_]+$' ORDER BY id DESC LIMIT ${String(count)}`,
  );
  return rows.map(({ username }) => username);
}

describe('what people see', () => {
  it('is a table on a terminal, as wide as it, and JSON in a pipe; CSV where asked for', async () => {
    const line = 'moondesk users list --sort username --no-descending --limit 3';
    const [shown, piped, csv, json] = await Promise.all([
      shell.terminal(line, 70).end(),
      shell.run(`${line} | cat`),
      shell.run(`${line} --csv`),
      shell.terminal(`${line} --json`).end(),
    ]);
    expect(shown.code).toBe(0);
    expect(shown.stdout).toMatch(/^id\s+username\s+role/m);
    expect(shown.stdout).toContain('Next page: --after ');
    const [head = '', ...rows] = shown.stdout.split(/\r?\n/);
    expect(head.length).toBeLessThanOrEqual(70);
    expect(rows.length).toBeGreaterThan(3);
    const page = JSON.parse(piped.stdout) as { readonly rows: readonly { readonly username: string }[] };
    expect(page.rows).toHaveLength(3);
    for (const { username } of page.rows) expect(shown.stdout).toContain(username.slice(0, 10));
    expect(csv.stdout.split('\n')[0]).toMatch(/^id,username,role/);
    expect(JSON.parse(json.stdout)).toEqual(page);
  });

  it('has in CSV the same columns whatever a list finds', async () => {
    const finds = ['--card none', '--search nobody-is-called-so'];
    const lists = await Promise.all(finds.map((find) => shell.run(`moondesk users list --csv ${find}`)));
    const [head = '', ...heads] = lists.map(({ stdout }) => stdout.split('\n')[0]);
    expect(head).toMatch(/^id,username,.*,card\.type,card\.expiresAt$/);
    expect(heads).toEqual([head]);
  });

  it('holds no byte of a name that a terminal would obey', async () => {
    const name = "$(printf 'x\\033[31mred\\302\\2332J\\342\\200\\256evil')";
    const lines = [
      'moondesk users list --search evil',
      'moondesk users list --search evil --json',
      'moondesk users list --search evil --csv',
      `moondesk users get --username "${name}"`,
      `moondesk users ban preview --reason fraud --names "${name}"`,
    ];
    for (const { stdout, code } of await Promise.all(lines.map((line) => shell.terminal(line).end()))) {
      expect(code, stdout).toBe(0);
      expect(stdout).toContain('evil');
      expect(stdout.replaceAll(/[\r\n]/g, '')).not.toMatch(/[\p{Cc}\u202a-\u202e]/u);
    }
  });

  it('is a sentence with its proof after a change, and a bar while a job goes on', async () => {
    const [name = ''] = await someUsers(1);
    const banned = await shell.terminal(`moondesk users ban --names ${name} --reason fraud -y`).end();
    expect(banned).toMatchObject({ code: 0 });
    expect(banned.stdout).toMatch(/Ban users: 1 changed\.\s+database \d+/);
    expect(banned.stdout).toMatch(/undo: moondesk audit undo --id \d+ -y/);
    const [, audit = ''] = /audit undo --id (\d+)/.exec(banned.stdout) ?? [];
    const entry = await shell.terminal(`moondesk audit get --id ${audit}`).end();
    expect(entry.stdout).toMatch(/input\.reason\s+fraud/);
    const issued = await shell.terminal('moondesk cards issue --type week --count 20000 -y').end();
    expect(issued).toMatchObject({ code: 0 });
    expect(issued.stdout).toMatch(/█.*\d+% · \d+ \/ 20000/);
    expect(issued.stdout).toMatch(/: done; 20000 done/);
    const piped = await shell.run('moondesk cards issue --type week --count 5 -y');
    expect(piped.stderr).not.toContain('%');
    expect(JSON.parse(piped.stdout)).toMatchObject({ state: 'done', done: 5 });
  });

  it('asks for a password that is not given, without showing it', async () => {
    const typing = shell.terminal(`moondesk session signIn --username ${demoOwner.username} --json`);
    await typing.see('The password: ');
    typing.type(`${demoOwner.password}\n`);
    const { stdout, code } = await typing.end();
    expect(code).toBe(0);
    expect(stdout).not.toContain(demoOwner.password);
    expect(stdout).toContain(`"username": "${demoOwner.username}"`);
  });
});

describe('exit codes', () => {
  it.each([
    ['moondesk', 2],
    ['moondesk --help', 0],
    ['moondesk nothing', 2],
    ['moondesk users list --limit many', 2],
    ['moondesk users list --limit 0', 2],
    ['moondesk users get --username nobody-there', 4],
    ['MOONDESK_PASSWORD=wrong moondesk users list', 3],
    ['MYSQL_PORT=1 moondesk users list', 6],
    ['moondesk users ban --names a --reason fraud --fingerprint 0123456789abcdef', 5],
    ['moondesk users list', 0],
  ])('%s: %i', async (line, code) => {
    expect(await shell.run(line)).toMatchObject({ code });
  });
});

describe('the exit code of a job that failed', () => {
  it('is that of a call that fails in the same way', async () => {
    const lone = `lone_${site.database.config.database.slice(-8)}`;
    await site.rows(`CREATE USER ${lone} IDENTIFIED BY 'lone' WITH MAX_USER_CONNECTIONS 1`);
    try {
      await site.rows(`GRANT ALL ON ${site.database.config.database}.* TO ${lone}`);
      const { code, stdout, stderr } = await shell.run('moondesk users export --out lone.csv', '', {
        MYSQL_USER: lone,
        MYSQL_PASSWORD: 'lone',
      });
      expect(code, stderr).toBe(6);
      // An export that was refused as a call, before it was a job, would have no output.
      expect(JSON.parse(stdout)).toMatchObject({ state: 'failed', code: 'unavailable' });
    } finally {
      await site.rows(`DROP USER ${lone}`);
    }
  });
});

describe('what is wrong is said in the words of the terminal', () => {
  it('by options', async () => {
    const lines = [
      ['moondesk users get someone', '--username <text>'],
      ['moondesk users get', '--username: is missing'],
      ['moondesk users list --limit 0', '--limit: '],
      ['moondesk users ban --names a --reason fraud', 'Add -y'],
      ['moondesk users ban --reason fraud -y', '--names, '],
      ['moondesk cards revoke --ids 7,x -y', '--ids #2: '],
      ['moondesk users list --language zh-CN --tags ""', '--tags：'],
      ['MOONDESK_OPERATOR= moondesk users list', '--as'],
      ['MOONDESK_ENVIRONMENT=production moondesk cards sweep -y', '--unlock'],
      ['MOONDESK_ENVIRONMENT=production moondesk cards sweep -y --unlock x', 'moondesk connections list'],
    ] as const;
    await Promise.all(
      lines.map(async ([line, words]) => {
        const { stderr, code } = await shell.run(line);
        expect(code).not.toBe(0);
        expect(stderr).toContain(words);
      }),
    );
  });

  it('in the language of whoever reads; the fields as JSON only where JSON is asked for', async () => {
    const line = 'LC_ALL=zh_CN.UTF-8 moondesk users list --limit 0';
    const [people, programs] = await Promise.all([shell.run(line), shell.run(`${line} --json`)]);
    const said = 'moondesk: 输入不符合要求 [invalid_input]\n  --limit：不能小于 1\n';
    expect(people).toMatchObject({ code: 2, stderr: said });
    expect(programs.stderr.startsWith(said)).toBe(true);
    expect(programs.stderr).toContain('"field":"limit"');
  });

  it('a variant of the input that is meant is checked by itself', async () => {
    const many = Array.from({ length: 100_001 }, (_, index) => `n${String(index)}`).join('\n');
    const { stderr, code } = await shell.run('moondesk users ban --reason fraud -y --names -', many);
    expect(code).toBe(2);
    expect(stderr).toContain('--names: must have at most 100000 entries');
  });

  it('an account that may only read: a sentence, not a log', async () => {
    const reader = `reader_${site.database.config.database.slice(-8)}`;
    await site.rows(`CREATE USER ${reader} IDENTIFIED BY 'reads'`);
    try {
      await site.rows(`GRANT SELECT ON ${site.database.config.database}.* TO ${reader}`);
      const { stderr, code } = await shell.run('moondesk cards sweep -y', '', {
        MYSQL_USER: reader,
        MYSQL_PASSWORD: 'reads',
      });
      expect(code, stderr).toBe(3);
      expect(stderr).toContain('moondesk: The database account lacks this right [forbidden]');
      expect(stderr).not.toContain('"stack"');
    } finally {
      await site.rows(`DROP USER ${reader}`);
    }
  });

  it('completion describes an operation, not its preview', async () => {
    const { stdout } = await shell.run("moondesk complete -- users ''");
    expect(stdout).toContain('ban\tBan users\n');
  });
});

describe('a job and signals', () => {
  it('is left by a process that has to end, which says so; resumed, it is followed to its end', async () => {
    const line = 'moondesk cards issue --type week --count 60000 --note left -y & echo $! > pid; wait $!';
    const issuing = shell.run(line);
    await until(async () => (await jobs("operation = 'cards.issue' AND state = 'running' AND done > 0")).length > 0);
    await shell.run('kill -TERM $(cat pid)');
    const left = await issuing;
    expect(left, left.stderr).toMatchObject({ code: 143, stdout: '' });
    const [, id = ''] = /not ended yet .* moondesk jobs resume --id (\S+);/.exec(left.stderr) ?? [];
    expect(await jobs('id = ?', [id])).toEqual(['waiting']);
    const resumed = await shell.run(`moondesk jobs resume --id ${id}`);
    expect(resumed, resumed.stderr).toMatchObject({ code: 0 });
    expect(JSON.parse(resumed.stdout)).toMatchObject({ state: 'done', done: 60_000 });
  });

  it('is cancelled by Ctrl-C, however often it is pressed; the cursor comes back', async () => {
    const typing = shell.terminal('moondesk cards issue --type week --count 300000 -y');
    await typing.see('% ·');
    typing.type('\u0003\u0003');
    typing.type('\u0003');
    const { code, stdout } = await typing.end();
    expect(code).toBe(130);
    expect(stdout).toMatch(/: cancelled; \d+ done/);
    expect(stdout.lastIndexOf('\u001b[?25h')).toBeGreaterThan(stdout.lastIndexOf('\u001b[?25l'));
    expect(await jobs("state IN ('running', 'waiting')")).toEqual([]);
  });

  it('nor does a question outlive the signal', async () => {
    const typing = shell.terminal(
      'MOONDESK_PASSWORD= sh -c \'unset MOONDESK_PASSWORD; echo "pid $$"; exec moondesk users list\'',
    );
    const [, pid = ''] = /pid (\d+)/.exec(await typing.see(`${demoOwner.username}: `)) ?? [];
    await shell.run(`kill -TERM ${pid}`);
    expect(await typing.end()).toMatchObject({ code: 143 });
  });

  async function jobs(where: string, values: readonly unknown[] = []): Promise<readonly string[]> {
    const rows = await site.rows<{ state: string }>(`SELECT state FROM console_jobs WHERE ${where}`, values);
    return rows.map(({ state }) => state);
  }
});

describe('input', () => {
  it('may come with a mark at its beginning', async () => {
    const { stdout, code } = await shell.run('moondesk users.list -', '\ufeff{"limit":2}');
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as { readonly rows: readonly unknown[] }).rows).toHaveLength(2);
  });

  it('is no folder', async () => {
    const lines = ['moondesk users.list - < .', 'moondesk users.list @.', 'moondesk users unban --names - < .'];
    for (const { stderr, code } of await Promise.all(lines.map((line) => shell.run(line)))) {
      expect(code, stderr).toBe(2);
      expect(stderr).toMatch(/^moondesk: .* is a folder, not a file \[invalid_input\]\n$/);
    }
  });
});

describe('an answer that cannot be written', () => {
  it('after a change: says what was done, and is a success', async () => {
    const [first = '', second = ''] = await someUsers(2);
    const [full, broken] = await Promise.all([
      shell.run(`moondesk users ban --names ${first} --reason fraud -y > /dev/full`),
      // The reader ends before anything is written.
      shell.run(`{ sleep 1; moondesk users ban --names ${second} --reason fraud -y; echo "code $?" >&2; } | true`),
    ]);
    expect(full.stderr).toMatch(
      /Ban users: 1 changed\. Audit entry \d+\. The output could not be written: the disk is full\./,
    );
    expect(full).toMatchObject({ code: 0, stdout: '' });
    expect(await bansOf(first)).toBe(1);
    expect(broken.stderr).toMatch(/Ban users: 1 changed\. Audit entry \d+\. .* the pipe is closed\./);
    expect(broken.stderr).toMatch(/code 0\n$/);
    expect(await bansOf(second)).toBe(1);
  });

  it('after a job: says how it ended', async () => {
    const { stderr, code } = await shell.run('moondesk cards issue --type week --count 5 -y > /dev/full');
    expect(code).toBe(0);
    expect(stderr).toMatch(/done; 5 done, 0 left out, 0 failed \(job \S+, audit entry \d+\)/);
  });

  it('after a read: has a code of its own', async () => {
    const [full, broken, help] = await Promise.all([
      shell.run('moondesk users list > /dev/full'),
      shell.run('{ sleep 1; moondesk users list; echo "code $?" >&2; } | true'),
      shell.run('moondesk --help > /dev/full'),
    ]);
    expect(full).toMatchObject({ code: 8 });
    expect(full.stderr).toBe('moondesk: The output could not be written: the disk is full.\n');
    expect(broken.stderr).toBe('code 8\n');
    expect(help).toMatchObject({ code: 8 });
  });

  it('nor a message: changes nothing', async () => {
    const [name = ''] = await someUsers(1);
    const { code } = await shell.run(`moondesk users ban --names ${name} --reason fraud -y > /dev/full 2>&1`);
    expect(code).toBe(0);
    expect(await bansOf(name)).toBe(1);
  });
});

describe('a server that takes connections and never greets', () => {
  let server: Server;
  let port = 0;

  beforeAll(async () => {
    server = createServer(() => undefined);
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const address = server.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  });

  afterAll(() => {
    server.close();
  });

  it('is given up within eight seconds', async () => {
    const { code, stderr, seconds } = await shell.run('moondesk users list', '', { MYSQL_PORT: String(port) });
    expect(code, stderr).toBe(6);
    expect(stderr).toContain('does not respond');
    expect(seconds).toBeLessThan(8);
  });
});
