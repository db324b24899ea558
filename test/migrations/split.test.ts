import { describe, expect, test } from 'vitest';
import { Refusal } from '../../electron/contract/errors.js';
import { parseMigration } from '../../electron/data/migrations/files.js';
import { splitStatements } from '../../electron/data/migrations/split.js';

const sqlOf = (text: string): string[] => splitStatements(text).map((statement) => statement.sql);

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return error instanceof Refusal ? error.code : `not a refusal: ${String(error)}`;
  }
  return 'nothing was refused';
}

describe('splitting a file', () => {
  test('semicolons in strings, quoted names and comments do not end a statement', () => {
    const text = "INSERT INTO `a;b` VALUES ('x;''y\\';', \"z;\"); -- no; \n# no;\n/* no; */ SELECT 1-1, 2--1\n;";
    expect(sqlOf(text)).toEqual(["INSERT INTO `a;b` VALUES ('x;''y\\';', \"z;\")", 'SELECT 1-1, 2--1']);
  });

  test('comments fall away, executable ones stay', () => {
    expect(sqlOf('SELECT /* gone */ 1 /*!40000 + 1; */ -- gone\n + 2')).toEqual([
      'SELECT   1 /*!40000 + 1; */  \n + 2',
    ]);
    expect(sqlOf('-- only words\n/* and more */;;\n')).toEqual([]);
  });

  test('an empty string, a lone backslash in a quoted name, and Windows line ends', () => {
    expect(sqlOf("SELECT '', `a\\`;\r\nSELECT 2;\r\n")).toEqual(["SELECT '', `a\\`", 'SELECT 2']);
  });

  test('a step takes its name and its guard from the comments before it', () => {
    const text = '-- step: first\n-- unless: SELECT 1\n--     FROM t;\n-- words\nSELECT 1;\nSELECT 2;';
    expect(splitStatements(text)).toEqual([
      { name: 'first', unless: 'SELECT 1 FROM t', sql: 'SELECT 1', line: 5 },
      { name: 'step 2', unless: null, sql: 'SELECT 2', line: 6 },
    ]);
  });

  test.each([
    ['DELIMITER //\nSELECT 1//', 'unsupported'],
    ["SELECT 'open", 'invalid_input'],
    ['SELECT 1 /* open', 'invalid_input'],
    ['-- step: a\nSELECT 1;\n-- step: a\nSELECT 2;', 'invalid_input'],
    ['SELECT\n-- step: inside\n1;', 'invalid_input'],
    ['SELECT 1;\n-- unless: SELECT 1', 'invalid_input'],
    ['-- unless: DROP TABLE users\nSELECT 1;', 'invalid_input'],
  ])('%j is refused as %s', (text, code) => {
    expect(codeOf(() => splitStatements(text))).toBe(code);
  });

  test('a file without statements is refused', () => {
    expect(codeOf(() => parseMigration('0001_a.sql', '-- nothing\n'))).toBe('invalid_input');
  });
});

describe('the checksum of a file', () => {
  const checksum = (text: string): string => parseMigration('0001_a.sql', text).checksum;

  test('does not care for comments, spacing and line ends', () => {
    expect(checksum('-- about it\r\nSELECT  1,\r\n 2;\r\n')).toBe(checksum('SELECT 1, 2;'));
  });

  test('cares for every character of a string, for guards and for the order', () => {
    const all = [
      "SELECT 'a  b';",
      "SELECT 'a b';",
      '-- unless: SELECT 1\nSELECT 1;',
      'SELECT 1;',
      'SELECT 1; SELECT 2;',
      'SELECT 2; SELECT 1;',
    ].map(checksum);
    expect(new Set(all).size).toBe(all.length);
  });
});
