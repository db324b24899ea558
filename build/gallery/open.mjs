// @ts-check
/** Opens the gallery of ui/ in Electron, for its test. */
import { galleryConfig } from '../bundle/vite-config.mjs';
import { launchElectron } from '../electron-app.mjs';
import { inRoot } from '../lib/paths.mjs';

/**
 * Builds the gallery, serves it on a free port of this machine, and opens an empty window.
 * @returns {Promise<{ app: import('playwright').ElectronApplication, page: import('playwright').Page, address:
 *   string, close: () => Promise<void> }>}
 */
export async function openGallery() {
  const { build, preview } = await import('vite');
  const config = await galleryConfig();
  await build(config);
  const server = await preview({ ...config, preview: { host: '127.0.0.1', port: 0 } });
  const app = await launchElectron({ entry: inRoot('build', 'gallery', 'window.mjs') });
  return {
    app,
    page: await app.firstWindow(),
    address: `${server.resolvedUrls?.local[0] ?? ''}gallery/`,
    close: async () => {
      await app.close();
      await server.close();
    },
  };
}
