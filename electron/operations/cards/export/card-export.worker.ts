import { parentPort, workerData } from 'node:worker_threads';
import type { ExportAnswer, ExportQuestion, ExportStart } from './card.js';
import { sealer } from './seal.js';
import { sheetWriter } from './sheet.js';
import { textWriter } from './text.js';

/** Makes a file of card keys outside of the main loop. Cards arrive in batches; pieces of the file are sent back. */
const { format, passphrase } = workerData as ExportStart;
const port = parentPort;
if (port === null) throw new Error('This is the script of a worker thread');

let ready: Uint8Array[] = [];
let plain: Uint8Array[] = [];
const seal = passphrase === null ? null : await sealer(passphrase, (piece) => ready.push(piece));
const emit = (piece: Uint8Array): void => void (seal === null ? ready : plain).push(piece);
const writer = format === 'sheet' ? sheetWriter(emit) : textWriter(format, emit);
writer.begin();

async function take(question: ExportQuestion): Promise<ExportAnswer> {
  if (question === 'end') await writer.end();
  else writer.add(question);
  if (seal !== null) {
    const pieces = plain;
    plain = [];
    for (const piece of pieces) await seal.add(piece);
    if (question === 'end') await seal.end();
  }
  const pieces = ready;
  ready = [];
  return pieces;
}

let last: Promise<void> = Promise.resolve();
port.on('message', (question: ExportQuestion) => {
  last = last.then(async () => port.postMessage(await take(question)));
});
