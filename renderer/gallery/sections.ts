import type { Section } from './example';
import { change } from './examples/change';
import { dialogs } from './examples/dialogs';
import { drawers } from './examples/drawers';
import { fields } from './examples/fields';
import { filters, list } from './examples/list';
import { jobs } from './examples/jobs';
import { locks } from './examples/locks';
import { pieces, states } from './examples/pieces';
import { table } from './examples/table';

/** All examples, in the language in use. */
export const sections = (): readonly Section[] =>
  [pieces, states, fields, locks, filters, table, list, drawers, jobs, change, dialogs].map((section) => section());
