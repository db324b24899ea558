import { Refusal } from '../../contract/errors.js';

export const noUser = (user: string): Refusal =>
  new Refusal('not_found', { zh: `没有用户 ${user}`, en: `There is no user ${user}` });

export const noCard = (): Refusal => new Refusal('not_found', { zh: '没有这张卡密', en: 'There is no such card key' });

export const taken = (zh: string, en: string): Refusal => new Refusal('conflict', { zh, en });

export const invalid = (zh: string, en: string): Refusal => new Refusal('invalid_input', { zh, en });

/** Other changes got in first every time. */
export const tooMany = (): Refusal =>
  new Refusal(
    'conflict',
    { zh: '同时有太多修改，请再试一次', en: 'Too many changes at once' },
    { hint: { zh: '再试一次。', en: 'Try again.' } },
  );
