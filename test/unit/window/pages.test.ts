import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { servePage } from '../../../electron/window/pages.js';

let base = '';
let root = '';
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'moondesk-pages-'));
  root = join(base, 'renderer');
  await mkdir(join(root, 'assets'), { recursive: true });
  await mkdir(join(base, 'renderer-secret'));
  await writeFile(join(root, 'index.html'), '<meta content="__CSP_NONCE__">');
  await writeFile(join(root, 'assets', 'app.js'), 'export {}');
  await writeFile(join(root, 'assets', 'notes.exe'), 'x');
  await writeFile(join(root, 'assets', 'app.js.map'), '{}');
  await writeFile(join(base, 'secret.json'), '{}');
  await writeFile(join(base, 'renderer-secret', 'secret.json'), '{}');
});
afterAll(() => rm(base, { recursive: true, force: true }));

const get = (url: string, method = 'GET'): Promise<Response> => servePage(root, { url, method });

describe('the pages', () => {
  test.each(['moondesk://app/index.html', 'moondesk://app/', 'moondesk://app/index.html?x=1#/users'])(
    '%s is the start, with a nonce that its policy names',
    async (url) => {
      const answer = await get(url);
      const text = await answer.text();
      const nonce = /content="([^"]+)"/.exec(text)?.[1] ?? '';
      expect(nonce).toMatch(/^[A-Za-z0-9+/]{22}==$/);
      expect(answer.headers.get('content-security-policy')).toBe(
        `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      );
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    },
  );

  test('a script has its type and a policy without a nonce', async () => {
    const answer = await get('moondesk://app/assets/app.js');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);
    expect(answer.headers.get('content-security-policy')).not.toContain('nonce');
  });

  test.each([
    'moondesk://app/..%2fsecret.json',
    'moondesk://app/assets/..%2f..%2fsecret.json',
    'moondesk://app/..%2frenderer-secret%2fsecret.json',
    'moondesk://app/..%5csecret.json',
    'moondesk://app/%00',
    'moondesk://app/index.html%00.js',
    'moondesk://app/%E0%A4%A',
    'moondesk://app/assets',
    'moondesk://app/assets/notes.exe',
    'moondesk://app/assets/app.js.map',
    'moondesk://app/nothing.js',
    'moondesk://other/index.html',
    'moondesk://app:80/index.html',
    'file:///etc/passwd',
    'not an address',
  ])('%s is not there', async (url) => {
    const answer = await get(url);
    expect([answer.status, await answer.text()]).toEqual([404, '']);
  });

  test.each(['POST', 'HEAD', 'PUT', 'OPTIONS'])('%s is not taken', async (method) => {
    expect((await get('moondesk://app/index.html', method)).status).toBe(405);
  });
});
