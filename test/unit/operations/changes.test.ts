import { describe, expect, it } from 'vitest';
import { contract } from '../../../electron/contract/index.js';
import { handlers, jobHandlers } from '../../../electron/operations/index.js';
import { changes } from '../../../electron/operations/kit/changes.js';
import { userChange } from '../../../electron/operations/users/bulk.js';
import { remove } from '../../../electron/operations/users/delete.js';
import { unban } from '../../../electron/operations/users/unban.js';

describe('changes', () => {
  it('answers both handlers of each and the step of its job', () => {
    const own = { preview: handlers['config.move.preview'], apply: handlers['config.move'] };
    const made = changes({ 'users.unban': userChange(unban), 'config.move': own });
    expect(Object.keys(made.handlers).sort()).toEqual([
      'config.move',
      'config.move.preview',
      'users.unban',
      'users.unban.preview',
    ]);
    expect(made.handlers['config.move.preview']).toBe(own.preview);
    expect(made.handlers['config.move']).toBe(own.apply);
    expect(made.steps.map(({ operation }) => operation)).toEqual(['users.unban']);
  });

  it('refuses a change under the name of another that takes the same input', () => {
    expect(() => changes({ 'users.unban': userChange(remove) })).toThrow('users.unban has the step of users.delete');
  });

  it('has made a handler for every operation and one step at most for a change', () => {
    expect(Object.keys(handlers).sort()).toEqual(Object.keys(contract).sort());
    const names = jobHandlers.map(({ operation }) => operation);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !Object.hasOwn(contract, name))).toEqual([]);
  });
});
