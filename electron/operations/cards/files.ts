import type { JobHandler } from '../../jobs/job-handler.js';
import type { Handlers } from '../context.js';
import { exportCards } from './export/export.js';
import { importCards } from './import/import.js';
import { readImport } from './import/read.js';
import { saveLines } from './import/lines.js';
import { reportImport } from './import/report.js';
import { importJob } from './import/import-job.js';

/** Exports and imports card keys. */
export const filesHandlers = {
  'cards.export': exportCards,
  'cards.import.read': readImport,
  'cards.import.report': reportImport,
  'cards.import.lines': saveLines,
  'cards.import': importCards,
} satisfies Partial<Handlers>;

/** Steps of the jobs that these start. */
export const filesSteps: readonly JobHandler[] = [importJob];
