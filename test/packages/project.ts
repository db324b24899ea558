import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inRoot, root } from '../../build/lib/paths.mjs';
import { attempt, run } from '../../build/lib/run.mjs';

const limit = { timeoutMs: 400_000 };

/** A user's project in a folder of its own, and the packages that npm installs there. */
export class Project {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'moondesk-project-')));

  constructor() {
    this.write('package.json', '{ "name": "a-site", "version": "1.0.0", "private": true }');
  }

  /** `npm install`, as a user types it; what npm has downloaded before is taken from its cache. */
  install(spec: string): Promise<string> {
    const options = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts=false'];
    return run('npm', ['install', ...options, spec], { cwd: this.folder, env: cleanEnvironment(), ...limit });
  }

  write(name: string, text: string): void {
    mkdirSync(join(this.folder, name, '..'), { recursive: true });
    writeFileSync(join(this.folder, name), text);
  }

  read(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8');
  }

  /** Runs a script; returns the lines that it prints. */
  async node(name: string, env: Readonly<Record<string, string>>): Promise<string[]> {
    const options = { cwd: this.folder, env: { ...cleanEnvironment(), ...env }, ...limit };
    return (await run(process.execPath, [name], options)).trim().split('\n');
  }

  /** What the TypeScript compiler says of an ES module and a CommonJS module under NodeNext; empty if nothing. */
  async compile(esm: string, cjs: string): Promise<string> {
    this.write('typed/esm.mts', esm);
    this.write('typed/cjs.cts', cjs);
    const compilerOptions = { module: 'NodeNext', target: 'ES2023', strict: true, noEmit: true, types: ['node'] };
    this.write('typed/tsconfig.json', JSON.stringify({ compilerOptions }));
    const tsc = inRoot('node_modules', '.bin', 'tsc');
    return (await attempt(tsc, ['-p', join(this.folder, 'typed'), '--pretty', 'false'], limit)).output;
  }

  /** The names of all installed packages. */
  packages(): string[] {
    const { packages } = JSON.parse(this.read('node_modules/.package-lock.json')) as { packages: object };
    return Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, ''));
  }

  /** The files of an installed package, with slashes. */
  files(name: string): string[] {
    return readdirSync(join(this.folder, 'node_modules', name), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(join(this.folder, 'node_modules', name).length + 1))
      .map((path) => path.replaceAll('\\', '/'))
      .sort();
  }

  /** The bytes of everything that is installed. */
  bytes(): number {
    return this.files('').reduce((sum, path) => sum + readFileSync(join(this.folder, 'node_modules', path)).length, 0);
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** A git repository with one commit of a folder, without what this repository ignores, as an address for npm. */
export async function repository(folder: string, of = root): Promise<string> {
  const made = new Set(['node_modules', 'out', '.moondesk', '.git'].map((name) => join(of, name)));
  cpSync(of, folder, { recursive: true, filter: (path) => !made.has(path) });
  const git = (...words: string[]): Promise<string> =>
    run('git', ['-c', 'user.name=test', '-c', 'user.email=test@localhost', ...words], { cwd: folder, ...limit });
  await git('init', '--quiet');
  await git('add', '--all');
  await git('commit', '--quiet', '--no-verify', '--message=As it is');
  return `git+file://${folder}`;
}

/** Runs `npm run pack:…` and returns the path of the packed file. */
export async function pack(name: 'storage' | 'moondesk'): Promise<string> {
  const said = await run('npm', ['run', '--silent', `pack:${name}`], { env: cleanEnvironment(), ...limit });
  const [, path] = /^(.+\.tgz): \d+ kB packed, \d+ kB unpacked, \d+ files$/m.exec(said) ?? [];
  if (path === undefined) throw new Error(`npm run pack:${name} said: ${said}`);
  return path;
}

/** Texts of an installed package that name a folder of this machine. */
export function machinePaths(project: Project, name: string): string[] {
  return project.files(name).filter((file) => {
    const text = project.read(`node_modules/${name}/${file}`);
    return [root, tmpdir()].some((place) => text.includes(`${place}/`));
  });
}

/**
 * The environment of a user: without what `npm test` and this repository's .npmrc have put into it, and with the
 * registry and the cache of this machine.
 */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = /^npm_config_(?:registry|cache|cafile|userconfig|globalconfig|proxy|https_proxy|noproxy)$/i;
  const ours = /^(?:npm_|VITEST|INIT_CWD$|NODE_ENV$|NODE_OPTIONS$|CI$)/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => kept.test(name) || !ours.test(name)));
}
