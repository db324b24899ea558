// A console of its own that takes up jobs of card keys until somebody kills it. Its site comes as JSON on the command
// line.
import { JobRunner } from '../../../electron/jobs/runner.js';
import { cardSteps } from '../../../electron/operations/cards/index.js';
import { Site, type SiteConfig } from '../../../electron/data/site.js';

const site = await Site.open(JSON.parse(process.argv[2] ?? '') as SiteConfig);
const jobs = new JobRunner(
  site,
  cardSteps,
  () => true,
  () => undefined,
);
setInterval(() => jobs.wake(), 100);
// Its own bound, should nobody kill it.
setTimeout(() => process.exit(0), 60_000);
