// @module-tag long
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inRoot, inStorage } from '../../build/lib/paths.mjs';
import { type E2eSite, emptySite } from '../e2e/support/site.js';
import { engines } from '../sandbox/database.js';
import { machinePaths, pack, Project, repository } from './project.js';
import { cjsLines, cjsSite, esmLines, esmSite, typedCjs, typedEsm } from './uses.js';

const name = 'moondesk-storage';

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly bin?: unknown;
}

let packed: string;
let project: Project;

beforeAll(async () => {
  packed = await pack('storage');
  project = new Project();
  await project.install(packed);
}, 240_000);
afterAll(() => {
  project.close();
});

describe('the package', () => {
  it('holds the storage, its types, its pages and the tables, and nothing else', () => {
    const other = project
      .files(name)
      .filter((file) => !/^types\/(?:contract|data|domain|storage)\/[\w/-]+\.d\.ts$/.test(file))
      .filter((file) => !/^migrations\/(?:repairs\/)?[0R]\d{3}_\w+\.sql$/.test(file));
    expect(other).toEqual([
      'LICENSE',
      'README.md',
      'index.d.mts',
      'index.js',
      'index.mjs',
      'package.json',
      'storage.md',
    ]);
    expect(project.files(name)).toContain('types/storage/index.d.ts');
    expect(project.files(`${name}/migrations`)).toEqual(
      readdirSync(inRoot('migrations'), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.sql'))
        .sort(),
    );
    expect(machinePaths(project, name)).toEqual([]);
  });

  it('brings mysql2, ioredis and zod as this repository has them, what they need, and no command', () => {
    const own = JSON.parse(project.read(`node_modules/${name}/package.json`)) as Manifest;
    const { dependencies } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8')) as Manifest;
    expect(own.dependencies).toEqual({
      ioredis: dependencies['ioredis'],
      mysql2: dependencies['mysql2'],
      zod: dependencies['zod'],
    });
    expect(own.bin).toBeUndefined();
    expect(project.packages().length).toBeLessThan(30);
  });

  // Measured in November 2026: 211 kB packed, 0.74 MB unpacked, 12.6 MB installed.
  it('stays small', () => {
    expect(statSync(packed).size).toBeLessThan(300_000);
    expect(project.bytes()).toBeLessThan(17_000_000);
  });

  it('has types for ES modules and for CommonJS, of the same classes', async () => {
    expect(await project.compile(typedEsm(name), typedCjs(name))).toBe('');
  });
});

describe('from git', () => {
  it('is the same, from a repository of what was built', async () => {
    const [scratch, other] = [new Project(), new Project()];
    try {
      await other.install(await repository(join(scratch.folder, `${name}.git`), inStorage()));
      expect(other.files(name)).toEqual(project.files(name));
      expect(other.packages()).toEqual(project.packages());
      other.write('site.mjs', `import { createStorage } from '${name}';\nconsole.log(typeof createStorage);`);
      other.write('site.cjs', `console.log(typeof require('${name}').createStorage);`);
      expect(await other.node('site.mjs', {})).toEqual(['function']);
      expect(await other.node('site.cjs', {})).toEqual(['function']);
    } finally {
      scratch.close();
      other.close();
    }
  }, 240_000);
});

describe.each(engines())('a site on %s', (engine) => {
  let site: E2eSite;

  beforeAll(async () => {
    site = await emptySite(engine);
    const connection = await createConnection({ ...site.database.config, multipleStatements: true });
    for (const file of project.files(`${name}/migrations`).filter((file) => file.startsWith('0')))
      await connection.query(project.read(`node_modules/${name}/migrations/${file}`));
    await connection.end();
  });
  afterAll(() => site.close());

  it('runs the example of the README on the tables of the package', async () => {
    const [, example = ''] = /^```js\n([^]*?)^```$/m.exec(project.read(`node_modules/${name}/README.md`)) ?? [];
    project.write('example.mjs', example);
    const [seconds, refused] = await project.node('example.mjs', site.env);
    expect(seconds).toBe('1250');
    expect(refused).toMatch(/^conflict \w/);
    expect(await site.rows('SELECT play_time FROM play_records')).toEqual([{ play_time: 1250 }]);
    expect((await site.redis.keys(`${site.keys.prefix}*`)).length).toBeGreaterThan(0);
  });

  it('imports it, and requires it in the same process: one class of errors', async () => {
    project.write('site.mjs', esmSite(name));
    expect(await project.node('site.mjs', site.env)).toEqual(esmLines);
  });

  it('requires it', async () => {
    project.write('site.cjs', cjsSite(name));
    expect(await project.node('site.cjs', site.env)).toEqual(cjsLines);
  });
});
