import { expect, it } from 'vitest';
import type { Given } from './subject.js';

/** The configuration: whole, with unknown fields, and a new one everywhere at once. */
export function configTests(given: Given): void {
  it('gives back what it was given', async () => {
    const { storage, other } = given();
    const before = (await storage.getAdminConfig()) ?? {};
    for (let round = 1; round <= 4; round++) {
      const config = {
        ...before,
        ConfigFile: '{"a":\n"“quoted” \\ 😀"}',
        ConfigSubscribtion: { URL: '', AutoUpdate: false, LastCheck: null },
        SourceConfig: [{ key: 'k', disabled: true, of: { nested: [1, 2.5, []] } }],
        unknown: { round, empty: {}, list: [] },
      };
      await storage.setAdminConfig(config);
      expect(await other.getAdminConfig()).toEqual(config);
      expect(await storage.getAdminConfig()).toEqual(config);
    }
    await other.setAdminConfig(before);
    expect(await storage.getAdminConfig()).toEqual(before);
  });
}
