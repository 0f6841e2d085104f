import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { childEnvironment, node24, repositoryDir } from './n8n-host/place';
import { addUp, summaryLine, type TestCounts } from './test-summary';

/** Jest writes its results last, after every teardown. */
const STUCK_AFTER_MS = 30_000;
const BUILD_DIR = join(repositoryDir, '.build', 'tests');

void main();

/** `npm test`: the unit project with its coverage, then the end-to-end project on one n8n; the last line counts them all. */
async function main(): Promise<void> {
  const { full, rest } = parseArguments(process.argv.slice(2));
  rmSync(BUILD_DIR, { recursive: true, force: true });
  mkdirSync(BUILD_DIR, { recursive: true });
  // A part of the tests cannot be measured against the coverage all of them must reach.
  const coverage = rest.length === 0 ? ['--coverage', '--coverageReporters=text-summary', '--coverageReporters=json-summary'] : [];
  // Jest would leave one of two cores idle; many of the tests wait for disks and servers.
  const unit = await runJest('unit', ['--maxWorkers=2', ...coverage, ...rest], full);
  // One after the other: they share one n8n and measure its time.
  const endToEnd = await runJest('e2e', ['--runInBand', ...rest], full);
  const counts = addUp([unit.counts, endToEnd.counts]);
  process.stdout.write(`${summaryLine(counts)}\n`);
  process.exitCode = unit.exitCode === 0 && endToEnd.exitCode === 0 && counts.failed === 0 ? 0 : 1;
}

/** Everything but `--full` goes to jest, for instance `npm test -- -t "budget"`. */
function parseArguments(args: string[]): { full: boolean; rest: string[] } {
  return { full: args.includes('--full'), rest: args.filter((argument) => argument !== '--full') };
}

async function runJest(project: string, args: string[], full: boolean): Promise<{ exitCode: number; counts: TestCounts }> {
  const outputFile = join(BUILD_DIR, `${project}.json`);
  const jest = join(repositoryDir, 'node_modules', 'jest', 'bin', 'jest.js');
  const child = spawn(node24, [jest, '--selectProjects', project, '--passWithNoTests', '--json', `--outputFile=${outputFile}`, ...args], {
    cwd: repositoryDir,
    env: childEnvironment(full ? { FULL: '1' } : {}),
    // Our stdout carries the summary alone.
    stdio: ['ignore', process.stderr, 'inherit'],
  });
  const ended = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? 1)));
  const watch = endWhenStuck(child, outputFile, project);
  const exitCode = await ended;
  clearInterval(watch);
  return { exitCode, counts: countsIn(outputFile) };
}

/** A jest that has written its results and does not end waits for something a test left open: a failure, not a reason to wait for ever. */
function endWhenStuck(child: ChildProcess, outputFile: string, project: string): NodeJS.Timeout {
  return setInterval(() => {
    if (!existsSync(outputFile) || Date.now() - statSync(outputFile).mtimeMs < STUCK_AFTER_MS) return;
    process.stderr.write(`A test of "${project}" left something open; "npx jest --selectProjects ${project} --detectOpenHandles" finds it.\n`);
    child.kill('SIGKILL');
  }, 1_000);
}

/** A jest that died before it wrote its results counts as one failure. */
function countsIn(outputFile: string): TestCounts {
  try {
    const results = JSON.parse(readFileSync(outputFile, 'utf8')) as { numPassedTests: number; numFailedTests: number; numPendingTests: number; numRuntimeErrorTestSuites: number };
    return { passed: results.numPassedTests, failed: results.numFailedTests + results.numRuntimeErrorTestSuites, skipped: results.numPendingTests };
  } catch (error) {
    process.stderr.write(`jest left no results: ${String(error)}\n`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
