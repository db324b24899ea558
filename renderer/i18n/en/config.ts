import type { Same } from '../domains';
import type zh from '../zh-CN/config';

export default {
  section: 'Site config',
  home: 'Users’ entries',
  homes: { document: 'In the config document', rows: 'A row each', leaving: 'On their way back, not ended' },
  bytes: 'Size (bytes)',
  entries: 'Entries',
  moved: 'Last moved',
  about: {
    document:
      'Each user has an entry in UserConfig.Users of the config. Registering, banning and binding a card rewrite the whole config and wait for each other: the more users, the slower.',
    rows: 'The config holds the site’s settings alone, and each entry is a row: a change of one user waits for nobody else’s. The site reads the same config as before the move.',
    leaving: 'A move back was begun and not ended. The site works; go on with it, or call it off.',
  },
  foundAgain_one:
    'Since the move, entries were found in the config document {{count, number}} time (written by the site’s own code) and taken apart again. Last:',
  foundAgain_other:
    'Since the move, entries were found in the config document {{count, number}} times (written by the site’s own code) and taken apart again. Last:',
  notMovable: 'Moving the entries needs migration 0005.',
  ownerOnly: 'Only the owner can move the entries.',
  locked: 'This connection is read-only: the move can be previewed, and needs writing to be unlocked.',
  move: { document: 'Preview moving to rows…', rows: 'Preview moving back…', leaving: 'Go on moving back…' },
  callOff: 'Call it off',
  command: { move: 'Move users’ config entries', callOff: 'Call off moving entries back' },
  previewHint: 'Shows what would happen first; nothing is done before you confirm.',
  dialog: {
    title: { rows: 'Move users’ entries to rows', document: 'Move users’ entries back' },
    sentence: {
      rows_one:
        'Keep {{count, number}} entry of the config of {{database}} in a row of its own; the config keeps the settings.',
      rows_other:
        'Keep {{count, number}} entries of the config of {{database}} in a row each; the config keeps the settings.',
      document_one: 'Write {{count, number}} entry back into the config document of {{database}}.',
      document_other: 'Write {{count, number}} entries back into the config document of {{database}}.',
    },
    entries: 'Entries',
    bytes: 'Size (bytes)',
    withoutUser: 'Without user',
    odd: 'Elements that are nobody’s',
    doubled: 'Names that stand twice; the first counts: {{names}}',
    drifted: 'Entries that differ from the users table',
    driftedText: 'The site goes on reading what the entry says, until that field is changed.',
    driftedSample: 'For example: {{names}}',
    back: {
      rows: 'The site reads the same config. It can be moved back any time; entries that were not changed come back to the letter.',
      document:
        'Afterwards registering, banning and binding rewrite the whole config again. Writes wait for a moment while it moves.',
    },
    button: {
      rows_one: 'Move {{count, number}} entry',
      rows_other: 'Move {{count, number}} entries',
      document_one: 'Move {{count, number}} entry back',
      document_other: 'Move {{count, number}} entries back',
    },
    doing: 'Moving. Until it is done, other writes to the config wait.',
    done: {
      rows_one: '{{count, number}} entry is in a row of its own.',
      rows_other: '{{count, number}} entries are in a row each.',
      document_one: '{{count, number}} entry is back in the document.',
      document_other: '{{count, number}} entries are back in the document.',
    },
  },
} satisfies Same<typeof zh>;
