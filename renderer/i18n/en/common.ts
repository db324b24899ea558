import type { Same } from '../domains';
import type zh from '../zh-CN/common';

export default {
  product: 'Moondesk',
  save: 'Save',
  cancel: 'Cancel',
  close: 'Close',
  retry: 'Try again',
  remove: 'Remove',
  edit: 'Edit',
  back: 'Back',
  search: 'Search',
  clear: 'Clear',
  showPassword: 'Show password',
  loading: 'Loading',
  none: 'None',
  never: 'Never',
  more: 'More actions',
  copied: 'Copied',
  code: 'Code: {{code}}',
  exporting: 'Exporting; progress is at the bottom of the window.',
  exportFailed: 'Not exported: {{message}}',
  openDatabase: 'Settings › Database',
  resize: 'Change the width',
  production: 'Production',
  staging: 'Staging',
  development: 'Development',
} satisfies Same<typeof zh>;
