import type { Same } from '../domains';
import type zh from '../zh-CN/batches';

export default {
  title: 'Batches',
  empty: 'No batches yet',
  emptyHint:
    'Keys that are issued, imported or re-issued are listed here batch by batch: by whom, when and why, and what became of them.',
  export: 'Export…',
  mixed: 'Several',
  filled: '{{issued, number}} of {{wanted, number}}',
  kind: { issue: 'Issued', import: 'Imported', reissue: 'Re-issued', renewal: 'Renewal' },
  column: {
    id: 'Batch',
    kind: 'Kind',
    type: 'Type',
    issued: 'Issued',
    job: 'Job',
    channel: 'Channel',
    note: 'Note',
    operator: 'Operator',
    created: 'Created',
    expires: 'Expires',
    rolledBack: 'Rolled back',
  },
  funnel: {
    title: 'What became of them',
    state: 'State',
    count: 'Keys',
    share: 'Share',
    gone: 'Deleted',
    none: 'This batch holds no keys yet.',
  },
  taken: {
    title: 'Exports and reveals',
    none: 'Nobody has exported these keys or looked at them in plain text.',
    how: 'How',
    count: 'Keys',
    by: 'By',
    at: 'When',
    export: 'Exported',
    reveal: 'Revealed',
  },
  job: {
    title: 'Progress of the batch',
    waiting: 'Waiting, {{missing}} to go. While the connection is locked, the job waits.',
    running: 'Under way, {{missing}} to go. What is issued can be used at once.',
    paused: 'Paused, {{missing}} to go. What is issued can be used at once.',
    cancelled: 'Cancelled with {{missing}} to go. What is issued stays in this batch; it can be resumed at any time.',
    failed: 'Stopped with {{missing}} to go. What is issued stays in this batch.',
    done: 'Over, {{missing}} short.',
  },
  drawer: {
    title: 'Batch #{{id}}',
    notFound: 'There is no such batch',
    notFoundHint: 'The number in the link may be wrong, or it belongs to another site.',
    facts: 'Facts',
    format: 'Format',
    allKeys: 'Show its keys',
    audit: 'Audit',
    openAudit: 'Entry {{id}}',
  },
  rollback: {
    open: 'Roll back…',
    nothing: 'Nothing of this batch is unused',
    title: 'Roll back batch #{{id}}',
    sentence_one:
      'Delete {{count, number}} unused key of batch #{{id}}; nobody can use it afterwards. Used keys are left alone.',
    sentence_other:
      'Delete {{count, number}} unused keys of batch #{{id}}; nobody can use them afterwards. Used keys are left alone.',
    button_one: 'Delete {{count, number}} key',
    button_other: 'Delete {{count, number}} keys',
  },
} satisfies Same<typeof zh>;
