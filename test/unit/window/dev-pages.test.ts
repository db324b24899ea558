import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { devServer, serveDevPage } from '../../../electron/window/dev-pages.js';

describe('the pages of npm run dev', () => {
  let server: Server;
  let address: URL;
  const asked: string[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.setHeader('Content-Type', 'text/javascript').end('export {};');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = new URL(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}`);
  });
  afterAll(() => server.close());

  test('come only from this machine', () => {
    expect(devServer({})).toBeNull();
    for (const other of [
      '',
      'x',
      'http://example.com:1',
      'https://127.0.0.1:1',
      'http://127.0.0.1.example.com',
      'file:///etc',
    ])
      expect(devServer({ MOONDESK_DEV_SERVER: other })).toBeNull();
    expect(devServer({ MOONDESK_DEV_SERVER: 'http://127.0.0.1:5173' })?.host).toBe('127.0.0.1:5173');
  });

  test('have the path and query that were asked for, and a policy that lets in this server alone', async () => {
    const answer = await serveDevPage(address, { method: 'GET', url: 'moondesk://app/app/App.tsx?t=1' });
    expect(await answer.text()).toBe('export {};');
    expect(asked).toEqual(['/app/App.tsx?t=1']);
    expect(answer.headers.get('Content-Type')).toBe('text/javascript');
    const policy = answer.headers.get('Content-Security-Policy') ?? '';
    expect(policy).toContain(`connect-src 'self' ws://${address.host};`);
    expect(policy).toContain("default-src 'none'");
  });

  test('are those of our origin, by GET', async () => {
    for (const request of [
      { method: 'POST', url: 'moondesk://app/' },
      { method: 'GET', url: 'moondesk://other/' },
      { method: 'GET', url: 'http://127.0.0.1/' },
    ])
      expect((await serveDevPage(address, request)).status).toBe(404);
    expect(asked).toHaveLength(1);
  });

  test('are not there while the server is away', async () => {
    const gone = await serveDevPage(new URL('http://127.0.0.1:1'), { method: 'GET', url: 'moondesk://app/' });
    expect(gone.status).toBe(502);
  });
});
