import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/**
 * Domains with a contract, operations, a page and texts: a file that knows all of them would have to be changed for the
 * next one.
 */
const domains = ['users', 'cards', 'audit'];

/** Shared files that CONTRIBUTING says to change for a new domain. */
function told(): string[] {
  const [, section = ''] = /^## A new domain$([^]*?)(?=^## )/m.exec(read('CONTRIBUTING.md')) ?? [];
  return [...section.matchAll(/^\d+\. `([^`]+)`/gm)].map(([, file = '']) => file);
}

/** A domain's own file: in a folder of its name, or with a name that begins with it. */
function isOwn(file: string): boolean {
  return domains.some((domain) => new RegExp(`/${domain}(?:/|[-.][^/]*$)`).test(file));
}

function knows(text: string, domain: string): boolean {
  return new RegExp(`['"\`/._]${domain}['"\`./:-]`).test(text);
}

describe('a new domain', () => {
  const sources = ['electron', 'renderer'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => `${folder}/${name}`),
  );

  it.each(domains)('is what %s is: a contract, operations, a page, and texts in both languages', (domain) => {
    const own = [`contract/${domain}.ts`, `operations/${domain}`].map((path) => `electron/${path}`);
    const seen = [`pages/${domain}`, `i18n/zh-CN/${domain}.ts`, `i18n/en/${domain}.ts`].map(
      (path) => `renderer/${path}`,
    );
    expect([...own, ...seen].filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('is made known in eight shared files at most, which CONTRIBUTING lists', () => {
    expect(told().filter((file) => !existsSync(join(root, file)))).toEqual([]);
    expect(told().length).toBeGreaterThan(0);
    expect(told().length).toBeLessThanOrEqual(8);
  });

  it('is made known nowhere else: every shared file that knows all domains is in that list', () => {
    expect(sources.length).toBeGreaterThan(200);
    const shared = sources.filter((file) => !isOwn(file) && domains.every((domain) => knows(read(file), domain)));
    expect(shared).toContain('electron/contract/index.ts');
    expect(shared.filter((file) => !told().includes(file))).toEqual([]);
  });
});
