import { oneOf, present } from '../../ui/search-params';

/** The address of the settings: the section to scroll to. */
export interface SettingsSearch {
  readonly section?: 'database';
}

/** Parses an address. Invalid parts are left out. */
export function validateSettingsSearch(search: Record<string, unknown>): SettingsSearch {
  return present<SettingsSearch>({ section: oneOf(['database'] as const, search['section']) });
}
