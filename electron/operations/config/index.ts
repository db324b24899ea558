import type { HandlersOf } from '../context.js';
import { callOff, move, previewMove } from './move.js';
import { configState } from './state.js';

export const configHandlers = {
  'config.state': (_input, context) => configState(context),
  'config.move.preview': previewMove,
  'config.move': move,
  'config.move.callOff': (_input, context) => callOff(context),
} satisfies HandlersOf<'config'>;
