import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import type { JsonTestResults } from 'vitest/reporters';
import { startGuard } from '../../../build/lib/guard.mjs';
import { inDot, inRoot, root } from '../../../build/lib/paths.mjs';
import type { Stage } from './stage.js';

/** The storage's conformance suite, and the core of every domain on the collation of the design. */
const files = ['test/storage/conformance.test.ts', 'test/operations/collations.test.ts'];

/** Runs them on the cluster, through its balancer; throws what failed. */
export async function conformance({ cluster, endpoint }: Stage): Promise<Record<string, unknown>> {
  const report = inDot('report', `clusters-${String(process.pid)}.json`);
  mkdirSync(inDot('report'), { recursive: true });
  const guard = startGuard();
  try {
    const child = spawn(
      process.execPath,
      [
        inRoot('node_modules', 'vitest', 'vitest.mjs'),
        'run',
        '--project=servers',
        '--reporter=json',
        `--outputFile.json=${report}`,
        '--testNamePattern',
        `hybrid on ${cluster.engine}|whose tables are utf8mb4_unicode_ci`,
        ...files,
      ],
      {
        cwd: root,
        env: {
          ...process.env,
          NODE_ENV: 'test',
          MOONDESK_TEST_ENGINE: cluster.engine,
          MOONDESK_TEST_SERVER: JSON.stringify([endpoint, ...cluster.nodes.map((node) => node.endpoint)]),
        },
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    );
    if (child.pid !== undefined) guard.add(child.pid, 10_000);
    await once(child, 'exit');
    if (child.pid !== undefined) guard.remove(child.pid);
    const results = JSON.parse(readFileSync(report, 'utf8')) as JsonTestResults;
    const failed = results.testResults.flatMap(({ name, message, assertionResults }) => [
      ...(message === '' || message === undefined ? [] : [`${name}: ${message}`]),
      ...assertionResults
        .filter(({ status }) => status === 'failed')
        .map(({ fullName, failureMessages }) => `${fullName}: ${failureMessages?.[0]?.split('\n')[0] ?? ''}`),
    ]);
    if (failed.length > 0 || results.numPassedTests === 0)
      throw new Error(
        `${String(results.numPassedTests)} passed, ${String(failed.length)} failed\n${failed.join('\n')}`,
      );
    return { passed: results.numPassedTests, failed: 0 };
  } finally {
    await guard.close();
    rmSync(report, { force: true });
  }
}
