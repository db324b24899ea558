import { Refusal } from '../../contract/errors.js';

/*
 * A key that was given to a user (who has a record of it in `user_card_keys`, from any source) cannot be bound to
 * anyone else, neither by the console nor by the site. A record of a deleted user does not count; if several users have
 * a record of one key, each of them may bind it.
 */

/** True if a key with these owners may be bound to this user, in the spelling of `users`. */
export function mayBind(owners: readonly string[], username: string): boolean {
  return owners.length === 0 || owners.includes(username);
}

/** The key was given to another user. */
export function givenToAnother(): Refusal {
  return new Refusal(
    'conflict',
    { zh: '卡密已归他人所有', en: 'The card key was given to somebody else' },
    {
      hint: {
        zh: '由归属的用户自己绑定，或换一张没有归属的卡密。',
        en: 'Let its owner bind it, or take a key that nobody was given.',
      },
    },
  );
}
