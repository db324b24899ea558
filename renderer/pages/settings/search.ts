import { oneOf, present } from '../../ui/search-params';

/** The sections by the ids of their elements. */
const sections = ['look', 'connection', 'database', 'config', 'about'] as const;

/** The address of the settings: the section to scroll to. */
export interface SettingsSearch {
  readonly section?: (typeof sections)[number];
}

/** Parses an address. Invalid parts are left out. */
export function validateSettingsSearch(search: Record<string, unknown>): SettingsSearch {
  return present<SettingsSearch>({ section: oneOf(sections, search['section']) });
}
