// @ts-check
/** Electron's main process for the gallery: one window without a bridge, so that nothing in it can reach a site. */
import { app, BrowserWindow } from 'electron';

// Not awaited: Electron becomes ready only after this file has run to its end.
void app
  .whenReady()
  .then(() => new BrowserWindow({ width: 1280, height: 1000, useContentSize: true }).loadURL('about:blank'));
