// @ts-check
/** The Vite configuration of each kind of target. */
import { readFileSync } from 'node:fs';
import { inApp, inRoot, inStorage, root } from '../lib/paths.mjs';
import { isExternal } from './plan.mjs';

/** @typedef {import('vite').InlineConfig} InlineConfig */

/** @returns {InlineConfig} */
function common() {
  const { version } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
  return {
    configFile: false,
    root: inRoot(),
    logLevel: 'warn',
    publicDir: false,
    define: { __MOONDESK_VERSION__: JSON.stringify(version) },
  };
}

/**
 * @param {Record<string, string>} entries @param {readonly string[]} bundled dependencies to bundle
 * @returns {InlineConfig} ES modules for Electron's main process, worker threads and the terminal
 */
export function nodeConfig(entries, bundled = []) {
  return {
    ...common(),
    // Imports of our own dependencies stay as they are; everything else is bundled.
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: true,
      target: 'node20',
      outDir: inApp(),
      emptyOutDir: false,
      sourcemap: true,
      minify: false,
      rolldownOptions: {
        cwd: root,
        input: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, inRoot(path)])),
        external: (id) => isExternal(id) && !bundled.some((name) => id === name || id.startsWith(`${name}/`)),
        output: {
          format: 'es',
          entryFileNames: '[name].js', // Chunks are next to the entries, so that `new URL('./x.worker.js', import.meta.url)` means the same everywhere.
          chunkFileNames: 'chunk-[name]-[hash].js',
        },
      },
    },
  };
}

/**
 * @param {Record<string, string>} entries @returns {InlineConfig} one CommonJS file: a sandboxed preload script can
 *   require only Electron
 */
export function preloadConfig(entries) {
  return {
    ...common(),
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: true,
      target: 'node20',
      outDir: inApp(),
      emptyOutDir: false,
      sourcemap: true,
      minify: false,
      rolldownOptions: {
        cwd: root,
        input: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, inRoot(path)])),
        external: ['electron'],
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  };
}

/**
 * @param {Record<string, string>} entries @returns {InlineConfig} the storage that a site imports: one CommonJS file,
 *   without the console
 */
export function storageConfig(entries) {
  return {
    ...common(),
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: true,
      target: 'node20',
      outDir: inStorage(),
      emptyOutDir: true,
      minify: false,
      rolldownOptions: {
        cwd: root,
        input: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, inRoot(path)])),
        external: isExternal,
        output: { format: 'cjs', entryFileNames: '[name].js', codeSplitting: false },
      },
    },
  };
}

/** @returns {Promise<InlineConfig>} the window's pages, for a strict content security policy: no inline scripts, no scripts or fonts as data: URLs */
export async function rendererConfig() {
  const { default: react } = await import('@vitejs/plugin-react');
  return {
    ...common(),
    root: inRoot('renderer'),
    base: './',
    plugins: [react()],
    build: {
      target: 'chrome130',
      outDir: inApp('renderer'),
      emptyOutDir: true,
      // The page is served from this folder; `npm run dev` has maps of its own.
      sourcemap: false,
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 3_000,
      // Its polyfill would be an inline script; Chromium needs none.
      modulePreload: { polyfill: false },
    },
  };
}

/** @returns {Promise<InlineConfig>} the gallery of ui/, built as the window's pages are, and apart from them */
export async function galleryConfig() {
  const { build, ...config } = await rendererConfig();
  return {
    ...config,
    build: {
      ...build,
      outDir: inRoot('out', 'gallery'),
      rolldownOptions: { input: inRoot('renderer', 'gallery', 'index.html') },
    },
  };
}
