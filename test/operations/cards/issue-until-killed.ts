// A process of its own that runs jobs of card keys until it is killed. Its site comes as JSON on the command line.
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
// A limit, in case nobody kills it.
setTimeout(() => process.exit(0), 60_000);
