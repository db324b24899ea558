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
  command: {
    move: 'Move users’ config entries',
    callOff: 'Call off moving entries back',
    nothingToCallOff: 'No move back is under way.',
    restore: 'Apply overwritten changes again',
    dismiss: 'Do not mention overwritten changes again',
  },
  previewHint: 'Shows what would happen first; nothing is done before you confirm.',
  overwritten: {
    notice_one: 'An old copy of the config has overwritten {{count, number}} change of users’ entries',
    notice_other: 'An old copy of the config has overwritten {{count, number}} changes of users’ entries',
    why: 'The site wrote the whole config back as it had it in memory: the entries are as they were before the change.',
    meanwhile:
      'Bans still hold in the database (users.banned); pages of the site that only look at the config take these users for not banned.',
    values: 'now {{now}}, should be {{ours}}',
    absent: '(none)',
    onlyNewest:
      'Looked at the newest {{most, number}} changes of entries for overwritten ones; the older ones are not known.',
    more_one: '{{count, number}} more is not listed.',
    more_other: '{{count, number}} more are not listed.',
    dismissed_one: '{{count, number}} overwritten change is left as it is, and not shown again.',
    dismissed_other: '{{count, number}} overwritten changes are left as they are, and not shown again.',
    restore: 'Preview applying again…',
    dismiss: 'Leave it so, hide this',
    ownerOnly: 'Only the owner can apply them again or hide this.',
    title: 'Apply overwritten changes again',
    sentence_one: 'Write {{count, number}} change into the users’ entries again.',
    sentence_other: 'Write {{count, number}} changes into the users’ entries again.',
    left_one:
      'Of {{count, number}} more the user’s own data was changed back too: it has to be done once more (for example, ban again).',
    left_other:
      'Of {{count, number}} more the user’s own data was changed back too: they have to be done once more (for example, ban again).',
    restart:
      'The old config in the site’s memory stays as it is: restart the site afterwards, or its next save overwrites this again.',
    confirm_one: 'Apply {{count, number}} change again',
    confirm_other: 'Apply {{count, number}} changes again',
    doing: 'Writing the config…',
    done_one: '{{count, number}} change is applied again. Restart the site, so that it reads its config anew.',
    done_other: '{{count, number}} changes are applied again. Restart the site, so that it reads its config anew.',
  },
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
