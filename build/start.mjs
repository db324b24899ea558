// @ts-check
/** `npm start`: from a fresh machine to an open console. Skips what was done before. */
import { existsSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { inRoot } from './lib/paths.mjs';
import { hasDisplay } from './lib/xvfb.mjs';
import { seconds } from './lib/progress.mjs';
import { setUp } from './setup/index.mjs';
import { hasConnection } from './start/connection.mjs';
import { runSession, say, virtualDisplay } from './start/session.mjs';

const since = performance.now();
await runSession(start);

/** @param {import('./start/session.mjs').Session} session @returns {Promise<number>} the exit code */
async function start(session) {
  const { guard, ending } = session;
  const demo = !hasConnection();
  const { ready, progress } = await setUp({ steps: demo ? 2 : 1 });
  const build = progress.step('Build', async () => (await import('./bundle.mjs')).bundle());
  /** @type {Record<string, string>} */
  let env = {};
  const site = demo
    ? progress.step('Demo site', async () => {
        const [{ openDemo }, { demoEnv }] = await Promise.all([
          import('./start/demo.mjs'),
          import('./start/served-demo.mjs'),
        ]);
        const { servers, remark } = await openDemo(guard, ready.servers, (stop) => ending.add(stop));
        env = demoEnv(servers);
        return remark;
      })
    : Promise.resolve(true);
  await Promise.allSettled([build, site]);
  await Promise.all([build, site]);

  if (process.getuid?.() === 0)
    say("Running as root: Chromium's sandbox is off (--no-sandbox). Good enough for development, not for work.");
  const display = hasDisplay() ? null : await virtualDisplay(session);
  if (display) {
    env = { ...env, DISPLAY: display };
    say(
      `There is no display: the console opens on a virtual one (${display}), and its pages are saved to out/screens/.`,
    );
  }
  const { openConsole } = await import('./start/console.mjs');
  // Without a desktop Chromium complains about every missing service.
  const window = openConsole(env, display ? ['--log-level=3'] : [], guard);
  ending.add(window.stop);
  say(`The console is open (${seconds(since)}). Ctrl-C ends it${demo ? ' and the demo' : ''}.`);
  if (display && existsSync(inRoot('build', 'screens.mjs')))
    await Promise.race([takeScreens(env, session), window.ended]);
  const code = await window.ended;
  if (code !== 0) say(`The console ended with code ${code}.`);
  return code;
}

/** @param {Record<string, string>} env @param {import('./start/session.mjs').Session} session */
async function takeScreens(env, { guard, ending }) {
  const child = spawn(process.execPath, [inRoot('build', 'screens.mjs')], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  if (child.pid) guard.add(child.pid, 1_000);
  ending.add(async () => void child.kill('SIGTERM'));
  const [code] = await once(child, 'exit');
  if (child.pid) guard.remove(child.pid);
  say(
    code === 0
      ? 'The pages are in out/screens/. The console goes on serving.'
      : `The pages could not be saved (code ${code}). The console goes on serving.`,
  );
}
