import type { Same } from '../domains';
import type zh from '../zh-CN/door';

export default {
  signIn: 'Sign in',
  signInText: 'Use the site’s owner or an admin account.',
  username: 'User name',
  password: 'Password',
  otherConnection: 'Another connection',
  ownerTitle: 'Create the owner',
  ownerText:
    'Database “{{database}}” has no owner yet. This account becomes the site’s first owner, for the console and the site.',
  ownerEmptyText: 'Database “{{database}}” is empty. Creating the owner also sets up the tables that the site needs.',
  nameHint: '3–20 letters, digits or underscores',
  passwordHint: 'At least 8 characters',
  again: 'Password again',
  differs: 'The two passwords differ',
  create: 'Create the owner and enter',
  connectionName: 'Connection name',
  connectionHint: 'This connection is locked. Type “{{name}}” to say that it is the one to write to.',
  look: 'Next: preview',
  confirmTitle: 'Confirm the owner',
  confirmText: 'Database “{{database}}” is a site’s, without an owner. This is what confirming does.',
  factAccount: 'New owner',
  factUsers: 'Users there',
  factMigrations: 'Migrations',
  noMigrations: 'None',
  steps_one: '{{count, number}} step',
  steps_other: '{{count, number}} steps',
  back: 'Back',
  ended: {
    password: 'Your password was changed. Sign in with the new one.',
    role: 'Your role has changed. Sign in again.',
    demoted: 'You are no admin any more, so your sign-in is over. Ask the owner.',
    banned: 'Your account was banned, so your sign-in is over. Ask the owner.',
    deleted: 'Your account was deleted, so your sign-in is over. Ask the owner.',
  },
  foreignTitle: 'This is not a site’s database',
  foreignText:
    'Database “{{database}}” holds another application’s tables and none of a site’s. To be safe, Moondesk neither reads nor writes it. Nothing was changed.',
  foreignNext: 'Put the site’s database name into the connection; for a new site, name an empty database.',
  toConnections: 'To the connections',
} satisfies Same<typeof zh>;
