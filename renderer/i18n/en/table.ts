import type { Same } from '../domains';
import type zh from '../zh-CN/table';

export default {
  columns: 'Columns',
  density: 'Row height',
  dense: 'Dense',
  roomy: 'Roomy',
  reset: 'Back to the default columns',
  pin: 'Pin “{{column}}”',
  unpin: 'Unpin “{{column}}”',
  pinned: 'Pinned',
  choose: 'Choose this row',
  chooseShown: 'Choose the rows loaded here',
  chooseAll: 'Choose all matching',
  selection: 'Chosen rows',
  chosen: '{{chosen}} chosen',
  chosenOf: '{{chosen}} chosen of {{matching}} matching',
  allChosen: 'All matching chosen',
  clear: 'Clear',
  copyCell: 'Copy cell',
  copyRow: 'Copy row',
  copied: 'Copied',
  retry: 'Try again',
  forbidden: 'This account may not see it. Ask the owner, or sign in with another account.',
  kept: 'Nothing was changed. Try again in a moment.',
  noMatch: 'Nothing matches',
  noMatchHint: 'Take a filter away, or clear the search.',
} satisfies Same<typeof zh>;
