/**
 * The text keys of every domain, for the types of `t`. Each zh-CN file adds itself:
 *
 * declare module '../domains' { interface Domains { users: typeof users } }
 */
export interface Domains {}

/**
 * The same keys in another language: `export default { … } satisfies Same<typeof zh>`. Write both `_one` and `_other`
 * in both languages.
 */
export type Same<Messages> = {
  readonly [Key in keyof Messages]: Messages[Key] extends string ? string : Same<Messages[Key]>;
};
