import type { HandlersOf } from '../context.js';
import { callOff, move, previewMove } from './move.js';
import { dismiss, overwritten, previewRestore, restore } from './overwritten.js';
import { configState } from './state.js';

export const configHandlers = {
  'config.state': (_input, context) => configState(context),
  'config.move.preview': previewMove,
  'config.move': move,
  'config.overwritten': (_input, context) => overwritten(context),
  'config.restore.preview': previewRestore,
  'config.restore': restore,
  'config.dismiss': dismiss,
  'config.move.callOff': (_input, context) => callOff(context),
} satisfies HandlersOf<'config'>;
