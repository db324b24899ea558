import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { passphraseBox } from '../../../electron/operations/desk/passphrase-box.js';

describe('a box under a passphrase', () => {
  const box = passphraseBox('correct horse battery');

  test('gives back any secret, and never shows it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 }), (secret) => {
        const sealed = box.seal(secret);
        expect(box.open(sealed)).toBe(secret);
        if (secret.length > 8) expect(sealed).not.toContain(secret);
      }),
    );
  });

  test('seals the same secret differently each time', () => {
    expect(box.seal('once')).not.toBe(box.seal('once'));
  });

  test('opens in another run with the same passphrase, however its accents are written', () => {
    const sealed = passphraseBox('caf\u00e9 du soir').seal('s3cret');
    expect(passphraseBox('cafe\u0301 du soir').open(sealed)).toBe('s3cret');
  });

  test('refuses a wrong passphrase', () => {
    expect(() => passphraseBox('another one').open(box.seal('s3cret'))).toThrow(
      expect.objectContaining({ code: 'invalid_input' }),
    );
  });

  test.each([
    ['one character changed', (sealed: string) => sealed.slice(0, -3) + (sealed.endsWith('A==') ? 'B==' : 'A==')],
    ['its tag cut', (sealed: string) => sealed.split('.').with(3, 'AAAA').join('.')],
    ['another version', (sealed: string) => sealed.replace('v1.', 'v2.')],
    ['parts missing', (sealed: string) => sealed.split('.').slice(0, 3).join('.')],
    ['nothing', () => ''],
  ])('refuses what was tampered with: %s', (_what, tamper) => {
    expect(() => box.open(tamper(box.seal('a secret of some length')))).toThrow(
      expect.objectContaining({ code: 'invalid_input' }),
    );
  });
});

test.each([undefined, ''])('without a passphrase (%j) nothing is sealed', (passphrase) => {
  const box = passphraseBox(passphrase);
  expect(box.kind).toBe('session');
  expect(() => box.seal('x')).toThrow(expect.objectContaining({ code: 'unsupported' }));
});
