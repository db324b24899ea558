import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cleanEnv } from '../../../build/electron-app.mjs';
import { demoOwner } from '../../../build/lib/demo-owner.mjs';
import { inRoot } from '../../../build/lib/paths.mjs';
import type { E2eSite } from './site.js';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `npx moondesk …` on the site as its owner. It is stopped after one minute. */
export async function moondesk(site: E2eSite, words: readonly string[]): Promise<Ended> {
  const env = {
    ...site.env,
    MOONDESK_DATA: inRoot('.moondesk', 'e2e-terminal'),
    MOONDESK_OPERATOR: demoOwner.username,
    MOONDESK_PASSWORD: demoOwner.password,
    MOONDESK_DEMO: undefined,
  };
  const child = spawn(process.execPath, [inRoot('build', 'moondesk.mjs'), ...words], {
    env: cleanEnv(env),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}
