// @ts-check
/**
 * `npm run dev`: the console on the demo, for those who change it. A change of the window's sources is in the window at
 * once; a change under electron/ is built, and the console opens again. What follows goes to Electron:
 * `npm run dev -- --remote-debugging-port=9222`.
 */
import { inRoot } from './lib/paths.mjs';
import { seconds } from './lib/progress.mjs';
import { hasDisplay } from './lib/xvfb.mjs';
import { setUp } from './setup/index.mjs';
import { hasConnection } from './start/connection.mjs';
import { openConsole } from './start/console.mjs';
import { demoEnv } from './start/served-demo.mjs';
import { openDemo } from './start/demo.mjs';
import { runSession, say, virtualDisplay } from './start/session.mjs';

/** What runs in Electron's main process; the window's own code is served as it is. */
const main = ['main', 'preload'];
/** Editors write several files at once. */
const pauseMs = 150;

const since = performance.now();
await runSession(start);

/** @param {import('./start/session.mjs').Session} session @returns {Promise<number>} the exit code */
async function start(session) {
  const { guard, ending } = session;
  const demo = !hasConnection();
  const { ready, progress } = await setUp({ steps: demo ? 2 : 1 });
  // Only now do the node modules exist.
  const { buildChanged } = await import('./bundle/build.mjs');
  const build = async () => (await buildChanged({ only: main })).join(', ');
  await progress.step('Build', build);
  /** @type {Record<string, string>} */
  let env = {};
  if (demo)
    await progress.step('Demo site', async () => {
      const { servers, remark } = await openDemo(guard, ready.servers, (stop) => ending.add(stop));
      env = demoEnv(servers);
      return remark;
    });
  const server = await servePages(ending);
  env = { ...env, MOONDESK_DEV_SERVER: `http://127.0.0.1:${server.config.server.port}` };
  const switches = process.argv.slice(2);
  if (!hasDisplay()) {
    const display = await virtualDisplay(session);
    env = { ...env, DISPLAY: display };
    // Without a desktop Chromium complains about every missing service.
    switches.push('--log-level=3');
    say(`There is no display: the console opens on a virtual one (${display}).`);
  }
  return keepOpen({ env, switches }, server, build, session);
}

/**
 * @param {import('./start/shutdown.mjs').Ending} ending
 * @returns {Promise<import('vite').ViteDevServer>} it listens on a free port of this machine only
 */
async function servePages(ending) {
  const [{ createServer }, { rendererConfig }] = await Promise.all([
    import('vite'),
    import('./bundle/vite-config.mjs'),
  ]);
  const { build: _build, ...config } = await rendererConfig();
  const port = await freePort();
  const server = await createServer({
    ...config,
    base: '/',
    server: {
      host: '127.0.0.1',
      port,
      strictPort: true,
      // The page's address has no port: its socket is told where to go.
      hmr: { protocol: 'ws', host: '127.0.0.1', clientPort: port },
      fs: { allow: [inRoot()] },
    },
  });
  ending.add(() => server.close());
  return server.listen();
}

/** @returns {Promise<number>} */
async function freePort() {
  const { createServer: listen } = await import('node:net');
  return new Promise((resolve, reject) => {
    const probe = listen().once('error', reject);
    probe.listen({ port: 0, host: '127.0.0.1' }, () => {
      const address = probe.address();
      probe.close(() => resolve(address && typeof address === 'object' ? address.port : 0));
    });
  });
}

/**
 * Opens the console, and opens it again whenever its main process was built anew. Resolves once it was closed by hand.
 * @param {{ env: Record<string, string>, switches: readonly string[] }} how
 * @param {import('vite').ViteDevServer} server
 * @param {() => Promise<string>} build builds what has changed, and says what that was
 * @param {import('./start/session.mjs').Session} session
 * @returns {Promise<number>} the exit code
 */
async function keepOpen({ env, switches }, server, build, { guard, ending }) {
  const open = () => openConsole(env, switches, guard);
  let window = open();
  ending.add(() => window.stop());
  say(`The console is open (${seconds(since)}). Ctrl-C ends it.`);
  say(`The components of ui/, in any browser: http://127.0.0.1:${server.config.server.port}/gallery/`);

  let changed = false;
  let wake = () => {};
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  server.watcher.add([inRoot('electron'), inRoot('migrations')]);
  server.watcher.on('all', (_event, path) => {
    if (!path.startsWith(inRoot('electron')) && !path.startsWith(inRoot('migrations'))) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      changed = true;
      wake();
    }, pauseMs);
  });
  for (;;) {
    /** @type {Promise<null>} */
    const change = new Promise((resolve) => {
      wake = () => resolve(null);
      if (changed) wake();
    });
    const code = await Promise.race([window.ended, change]);
    if (code !== null) return code;
    changed = false;
    const from = performance.now();
    try {
      const built = await build();
      if (built === '') continue;
      await window.stop();
      window = open();
      say(`Built ${built}: the console opens again (${seconds(from)}).`);
    } catch (error) {
      // The console goes on with what was built last.
      say(error instanceof Error ? error.message : String(error));
    }
  }
}
