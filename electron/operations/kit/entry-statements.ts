import type { Mode } from '../../data/config/state.js';

/*
 * The SQL that a preview shows for users' entries in the site's config: the tables that are written where the entries
 * are now. In rows, an entry follows its user's columns automatically, so most changes only add a line to the log.
 */

/** The SQL for changed fields of entries. `creates`: users without an entry get one. */
export function entriesEdited(mode: Mode, fields: string, creates: boolean): readonly string[] {
  if (mode === 'json')
    return [`UPDATE admin_configs SET config_value = <UserConfig.Users[].${fields}> WHERE config_key = 'main_config'`];
  return [
    ...(creates
      ? ['INSERT INTO console_config_entries (username, repeats, entry, base) VALUES … -- for users without an entry']
      : []),
    `UPDATE console_config_entries SET entry = <${fields}>, base = … WHERE id = … -- where it would say something else than the columns`,
    logged,
  ];
}

/** The SQL for removed entries. */
export function entriesRemoved(mode: Mode): readonly string[] {
  return mode === 'json'
    ? [
        "UPDATE admin_configs SET config_value = <without the UserConfig.Users[] entries> WHERE config_key = 'main_config'",
      ]
    : ['DELETE FROM console_config_entries WHERE id IN (…)', logged];
}

const logged = 'INSERT INTO console_config_changes (username, at) VALUES …';
