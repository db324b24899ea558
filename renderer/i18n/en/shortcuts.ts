import type { Same } from '../domains';
import type zh from '../zh-CN/shortcuts';

export default {
  title: 'Keyboard shortcuts',
  close: 'Close',
  everywhere: 'Everywhere',
  inLists: 'In lists',
  goTo: 'Go to a page',
  anything: 'Search or run a command',
  search: 'Search this page',
  filter: 'Add a filter',
  refresh: 'Refresh',
  users: 'Users',
  ban: 'Ban',
  unban: 'Lift a ban',
  export: 'Export',
  thisList: 'This list',
  move: 'Move down, up',
  open: 'Open details',
  choose: 'Choose',
  range: 'Choose a range',
  all: 'Choose all matching',
  copy: 'Copy the cell',
} satisfies Same<typeof zh>;
