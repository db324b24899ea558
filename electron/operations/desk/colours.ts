import type { Environment } from '../../contract/session.js';

const colours = { production: '#e03131', staging: '#f08c00', development: '#2f9e44' } as const satisfies Record<
  Environment,
  string
>;

/** The colour of a connection without a colour of its own. */
export const colourOf = (environment: Environment): string => colours[environment];
