import type { Fault } from './fault.js';

/** Statistics of plays: batches, the ledger, rebuilds. */
export const playFaults: readonly Fault[] = [
  {
    name: 'plays/a batch that is sent twice is counted twice',
    file: 'electron/domain/plays/statistics-count.ts',
    find: '    if (affectedRows === 0) return;\n',
    replace: '    void affectedRows;\n',
    tests: ['test/storage/hybrid/stats.test.ts'],
  },
  {
    name: 'plays/who watches again is new to the content',
    file: 'electron/domain/plays/statistics-count.ts',
    find: 'if (known[at]?.content === false)',
    replace: 'if (known[at] !== undefined)',
    tests: ['test/storage/hybrid/stats.test.ts'],
  },
  {
    name: 'plays/a record from before the ledger is not known',
    file: 'electron/domain/plays/statistics-count.ts',
    find: 'content: isTrue(row?.ledger) || isTrue(row?.before_it),',
    replace: 'content: isTrue(row?.ledger),',
    tests: ['test/storage/hybrid/stats.test.ts'],
  },
  {
    name: 'plays/who watches twice a day is two users of it',
    file: 'electron/domain/plays/statistics-count.ts',
    find: 'known[at]?.day === true ? []',
    replace: 'known[at] === undefined ? []',
    tests: ['test/storage/hybrid/stats.test.ts'],
  },
  {
    name: 'plays/whoever counts does not hold the ledger',
    file: 'electron/domain/plays/statistics-count.ts',
    find: "'FOR UPDATE' : 'LOCK IN SHARE MODE'",
    replace: "'FOR UPDATE' : ''",
    tests: ['test/storage/statistics-at-once.test.ts'],
  },
  {
    name: 'plays/two count one user at once',
    file: 'electron/domain/plays/statistics-count.ts',
    find: '    if (claims)\n      await claim(',
    replace: "    if (claims && since === '')\n      await claim(",
    tests: ['test/storage/statistics-at-once.test.ts'],
  },
  {
    name: 'plays/a content loses its title',
    file: 'electron/domain/plays/statistics-count.ts',
    find: 'title = COALESCE(VALUES(title), title)',
    replace: 'title = VALUES(title)',
    tests: ['test/storage/hybrid/stats.test.ts'],
  },
  {
    name: 'plays/batches of today are forgotten',
    file: 'electron/domain/plays/statistics-count.ts',
    find: 'INTERVAL 1 DAY LIMIT',
    replace: 'INTERVAL 1 SECOND LIMIT',
    tests: ['test/storage/statistics-at-once.test.ts'],
  },
  {
    name: 'plays/a rebuild counts what its batch will count',
    file: 'electron/domain/plays/statistics-rebuild.ts',
    find: 'WHERE p.created_at < ? AND x.username IS NULL',
    replace: 'WHERE (p.created_at < ? OR p.id > 0) AND x.username IS NULL',
    tests: ['test/storage/statistics-at-once.test.ts'],
  },
  {
    name: 'plays/a dry run mends',
    file: 'electron/domain/plays/statistics-rebuild.ts',
    find: '    if (dryRun) return found;\n',
    replace: '',
    tests: ['test/storage/hybrid/stats.test.ts'],
  },
  {
    name: 'plays/a rebuild touches days from before the ledger',
    file: 'electron/domain/plays/statistics-rebuild.ts',
    find: "const from = since === null ? \"'1970-01-01'\" : `'${since.slice(0, 10)}'`;",
    replace: 'const from = "\'1970-01-01\'";',
    tests: ['test/storage/hybrid/stats.test.ts', 'test/storage/statistics-at-once.test.ts'],
  },
  {
    name: 'plays/whose the forgotten plays were can be worked out',
    file: 'electron/domain/plays/statistics-rebuild.ts',
    find: "[randomBytes(16).toString('hex'), usernames, usernames]",
    replace: "[randomBytes(0).toString('hex'), usernames, usernames]",
    tests: ['test/storage/hybrid/stats.test.ts', 'test/storage/hybrid/users.test.ts'],
  },
];
