/** The last that a TIMESTAMP holds, in milliseconds; worker threads that know no database ask for it too. */
export const lastInstant = Date.parse('2038-01-19T03:14:07Z');
