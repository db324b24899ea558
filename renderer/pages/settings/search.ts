import { oneOf, present } from '../../ui/search-params';

/** What the address of the settings holds: the part to lead to. */
export interface SettingsSearch {
  readonly section?: 'database';
}

/** Reads an address; what it does not understand it leaves out. */
export function validateSettingsSearch(search: Record<string, unknown>): SettingsSearch {
  return present<SettingsSearch>({ section: oneOf(['database'] as const, search['section']) });
}
