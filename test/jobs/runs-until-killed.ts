// A separate console process that takes jobs until it is killed. Its site comes as JSON on the command line.
import { JobRunner } from '../../electron/jobs/runner.js';
import { Site, type SiteConfig } from '../../electron/data/site.js';
import { markStep } from './support.js';

const site = await Site.open(JSON.parse(process.argv[2] ?? '') as SiteConfig);
const jobs = new JobRunner(
  site,
  [markStep],
  () => true,
  () => undefined,
);
setInterval(() => jobs.wake(), 100);
// Its own limit, in case it is not killed.
setTimeout(() => process.exit(0), 60_000);
