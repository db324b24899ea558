/** The last time that a TIMESTAMP can hold, in milliseconds. Worker threads without a database use it too. */
export const lastInstant = Date.parse('2038-01-19T03:14:07Z');
