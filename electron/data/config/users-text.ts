import { joinObject, memberOf, setMembers, splitObject } from './json-text.js';

/** The text of `UserConfig.Users` in a config's text; null if there is no list. */
export function usersText(config: string): string | null {
  const section = memberOf(config, 'UserConfig');
  if (section === undefined || !section.startsWith('{')) return null;
  const users = memberOf(section, 'Users');
  return users?.startsWith('[') === true ? users : null;
}

/** The config with another text for `UserConfig.Users`; a missing path is created. */
export function withUsersText(config: string, users: string): string {
  const section = memberOf(config, 'UserConfig');
  const there = section?.startsWith('{') === true ? section : '{}';
  return put(config, 'UserConfig', put(there, 'Users', users));
}

/** Replaces the value of the last member of a name, which JSON.parse takes; everything else stays. */
function put(text: string, name: string, value: string): string {
  const parts = splitObject(text);
  const last = parts.members.findLast((member) => member.name === name);
  if (last === undefined) return setMembers(text, new Map([[name, value]]));
  return joinObject({
    ...parts,
    members: parts.members.map((member) => (member === last ? { ...member, value } : member)),
  });
}
