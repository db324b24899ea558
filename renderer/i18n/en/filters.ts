import type { Same } from '../domains';
import type zh from '../zh-CN/filters';

export default {
  add: 'Add filter',
  remove: 'Remove filter: {{filter}}',
  clear: 'Clear filters',
  clearSearch: 'Clear the search',
  views: 'Views',
  manageViews: 'Manage views',
  noViews: 'No saved views yet. Set filters and sorting, then name them here.',
  viewName: 'Name of the view',
  saveView: 'Save',
  removeView: 'Remove view “{{view}}”',
  apply: 'Apply',
  chip: '{{name}}: {{value}}',
  from: 'from {{from}}',
  to: 'until {{to}}',
  range: '{{from}} to {{to}}',
  anyOf: ' or ',
  atLeast: '≥ {{min}}',
  atMost: '≤ {{max}}',
  min: 'At least',
  max: 'At most',
  countExactly: 'Count exactly',
  noMatchHint: 'Take away one filter, or clear them all.',
  news_one: '{{count, number}} change · refresh',
  news_other: '{{count, number}} changes · refresh',
} satisfies Same<typeof zh>;
