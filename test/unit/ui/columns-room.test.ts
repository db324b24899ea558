import { expect, test } from 'vitest';
import { steppedBack } from '../../../renderer/ui/table/useColumns.js';

const columns = [
  { id: 'name', width: 168 },
  { id: 'role', width: 80 },
  { id: 'state', width: 88, rank: 0 },
  { id: 'points', width: 84 },
  { id: 'card', width: 196, rank: 1 },
  { id: 'seen', width: 104 },
];
const room = { hidden: [], pinned: ['name'], widths: {} };

test('the most important columns stay, in their own order, and smaller ones fill what is left', () => {
  expect(steppedBack(columns, { ...room, room: null })).toEqual([]);
  expect(steppedBack(columns, { ...room, room: 720 })).toEqual([]);
  expect(steppedBack(columns, { ...room, room: 700 })).toEqual(['seen']);
  expect(steppedBack(columns, { ...room, room: 460 }).toSorted()).toEqual(['points', 'role', 'seen']);
  expect(steppedBack(columns, { ...room, room: 350 }).toSorted()).toEqual(['card', 'points', 'seen']);
});

test('a pinned column never steps back, a hidden one takes no room, and a width set by hand counts', () => {
  expect(steppedBack(columns, { ...room, room: 100 })).not.toContain('name');
  expect(steppedBack(columns, { ...room, pinned: ['name', 'seen'], room: 300 })).not.toContain('seen');
  expect(steppedBack(columns, { ...room, hidden: ['points', 'seen'], room: 532 })).toEqual([]);
  expect(steppedBack(columns, { ...room, widths: { card: 300 }, room: 460 })).toContain('card');
});
