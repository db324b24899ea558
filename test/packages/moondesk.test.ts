// @module-tag long
import { cpSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { _electron } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanEnv, consoleCommand } from '../../build/electron-app.mjs';
import { inApp, inRoot, root } from '../../build/lib/paths.mjs';
import { attempt, type RunResult } from '../../build/lib/run.mjs';
import { Shell } from '../cli/support.js';
import { type E2eSite, siteOf } from '../e2e/support/site.js';
import { cleanEnvironment, machinePaths, pack, Project, repository } from './project.js';
import { cjsLines, cjsSite, esmLines, esmSite, typedCjs, typedEsm } from './uses.js';

const name = 'moondesk';
const storage = `${name}/storage`;

let scratch: string;
let site: E2eSite;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'moondesk-packages-'));
  site = await siteOf('mariadb', { users: 60 });
});
afterAll(async () => {
  await site.close();
  rmSync(scratch, { recursive: true, force: true });
});

const sources: Readonly<Record<string, () => Promise<string>>> = {
  'its packed file': () => pack('moondesk'),
  git: () => repository(join(scratch, 'moondesk.git')),
};

describe.each(Object.keys(sources))('moondesk from %s', (source) => {
  let spec: string;
  let project: Project;
  let shell: Shell;

  beforeAll(async () => {
    spec = (await sources[source]?.()) ?? '';
    project = new Project();
    await project.install(spec);
    shell = new Shell(site.env, join(project.folder, 'node_modules', '.bin', name));
  }, 420_000);
  afterAll(() => {
    shell.close();
    project.close();
  });

  it('holds what was built, and no sources, tests or maps', () => {
    const other = project
      .files(name)
      .filter((file) => !/^out\/app\/(?:chunk-[\w-]+|[\w-]+\.worker)\.js$/.test(file))
      .filter((file) => !/^out\/app\/renderer\/assets\/[\w-]+\.(?:js|css)$/.test(file))
      .filter((file) => !/^out\/app\/migrations\/(?:repairs\/)?[0R]\d{3}_\w+\.sql$/.test(file))
      .filter((file) => !/^out\/storage\/types\/[\w/-]+\.d\.ts$/.test(file));
    expect(other).toEqual([
      'LICENSE',
      'README.md',
      'build/console.mjs',
      'build/lib/paths.mjs',
      'build/moondesk.mjs',
      'out/app/cli.js',
      'out/app/main.js',
      'out/app/preload.cjs',
      'out/app/renderer/index.html',
      'out/storage/index.d.mts',
      'out/storage/index.js',
      'out/storage/index.mjs',
      'out/storage/package.json',
      'package.json',
    ]);
    expect(machinePaths(project, name)).toEqual([]);
  });

  // Measured in November 2026: 1.0 MB packed, 3.5 MB unpacked, 48 MB installed.
  it('stays small, without Electron and without what only builds it', () => {
    if (spec.endsWith('.tgz')) expect(statSync(spec).size).toBeLessThan(1_400_000);
    expect(project.bytes()).toBeLessThan(60_000_000);
    const installed = project.packages();
    expect(['electron', 'vite', 'typescript', 'react', 'tsx'].filter((one) => installed.includes(one))).toEqual([]);
  });

  it('reads and writes a site from the terminal, and builds nothing for it', async () => {
    const before = project.files(name);
    const [help, users, issued] = await Promise.all([
      shell.run('moondesk --help'),
      shell.run('moondesk users list --sort username --no-descending --limit 3'),
      // Keys are made in a worker thread.
      shell.run('moondesk cards issue --type month --count 5 --note "from $SOURCE" -y', '', { SOURCE: source }),
    ]);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(users).toMatchObject({ code: 0, stderr: '' });
    expect((JSON.parse(users.stdout) as { readonly rows: readonly unknown[] }).rows).toHaveLength(3);
    expect(issued.code, issued.stderr).toBe(0);
    const batches = await site.rows('SELECT issued FROM console_card_batches WHERE note = ?', [`from ${source}`]);
    expect(batches).toEqual([{ issued: 5 }]);
    expect(project.files(name)).toEqual(before);
  });

  it('opens its window with an Electron beside it or the one it is given, and says what to install without one', async () => {
    const command = join(project.folder, 'node_modules', '.bin', 'moondesk-console');
    const { ELECTRON_PATH: _, ...without } = cleanEnvironment();
    const missing = await attempt(command, [], { env: without, cwd: project.folder });
    expect(missing.code).toBe(69);
    expect(missing.output).toContain('npm install electron@');

    const { executablePath, args } = consoleCommand();
    // Electron's own package finds the binary that is here only under this name.
    const beside = source !== 'git' && basename(executablePath) === 'electron';
    if (beside) symlinkSync(inRoot('node_modules', 'electron'), join(project.folder, 'node_modules', 'electron'));
    const electron = beside
      ? { ELECTRON_OVERRIDE_DIST_PATH: dirname(executablePath) }
      : { ELECTRON_PATH: executablePath };
    const data = join(scratch, `data-${source.replaceAll(' ', '-')}`);
    const app = await _electron.launch({
      executablePath: command,
      args: [...args.filter((word) => word !== root), `--user-data-dir=${join(data, 'chromium')}`],
      env: cleanEnv({ ...without, ...site.env, ...electron, MOONDESK_DATA: data }),
      timeout: 30_000,
    });
    try {
      expect(await app.evaluate(({ app }) => app.getAppPath())).toBe(join(project.folder, 'node_modules', name));
      const page = await app.firstWindow();
      await page.getByRole('textbox', { name: /用户名|Username/ }).waitFor({ timeout: 15_000 });
    } finally {
      await app.close();
    }
  });

  it('gives a site its storage as ES module and CommonJS, with types', async () => {
    project.write('site.mjs', esmSite(storage));
    project.write('site.cjs', cjsSite(storage));
    await site.rows(`DELETE FROM users WHERE username IN ('esm', 'cjs')`);
    expect(await project.node('site.mjs', site.env)).toEqual(esmLines);
    expect(await project.node('site.cjs', site.env)).toEqual(cjsLines);
    expect(await project.compile(typedEsm(storage), typedCjs(storage))).toBe('');
  });

  it('says what is missing where npm was not allowed to build it', async () => {
    rmSync(join(project.folder, 'node_modules', name, 'out'), { recursive: true });
    const refused = await shell.run('moondesk --help');
    expect(refused).toMatchObject({ code: 70, stdout: '' });
    expect(refused.stderr).toContain('without its `prepare` script');
  });
});

describe('a checkout without development dependencies', () => {
  it('is not built by `prepare`, and its terminal uses the last build', async () => {
    const checkout = join(scratch, 'checkout');
    await repository(checkout);
    const run = (script: string, ...words: string[]): Promise<RunResult> =>
      attempt(process.execPath, [join(checkout, 'build', script), ...words], { env: cleanEnvironment() });
    expect((await run('prepare.mjs')).code).toBe(0);
    expect((await run('moondesk.mjs', '--version')).code).toBe(70);
    cpSync(inApp(), join(checkout, 'out', 'app'), { recursive: true });
    expect(await run('moondesk.mjs', '--version')).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });
});
