// @ts-check
/** `npm run pack:storage` and `npm run pack:moondesk`: builds what has changed, and packs it into out/. */
import { bundle } from './bundle.mjs';
import { buildChanged } from './bundle/build.mjs';
import { inRoot, inStorage, root } from './lib/paths.mjs';
import { run } from './lib/run.mjs';

const [name] = process.argv.slice(2);
if (name === 'storage') await buildChanged({ only: ['storage'] });
else await bundle();

// Without scripts: everything is built already.
const answer = await run(
  'npm',
  ['pack', name === 'storage' ? inStorage() : root, '--json', '--ignore-scripts', '--pack-destination', inRoot('out')],
  { cwd: root },
);
const [{ filename, size, unpackedSize, entryCount }] = JSON.parse(answer);
process.stdout.write(
  `${inRoot('out', filename)}: ${kilobytes(size)} packed, ${kilobytes(unpackedSize)} unpacked, ${entryCount} files\n`,
);

/** @param {number} bytes @returns {string} */
function kilobytes(bytes) {
  return `${Math.round(bytes / 1000)} kB`;
}
