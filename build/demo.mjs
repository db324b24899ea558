#!/usr/bin/env node
import { installNodeModules } from './setup/node-modules.mjs';

await installNodeModules();
const { tsImport } = await import('tsx/esm/api');
const { main } = await tsImport('./demo/cli.ts', import.meta.url);
process.exitCode = await main(process.argv.slice(2), process.env);
