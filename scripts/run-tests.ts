import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { childEnvironment, node24, repositoryDir } from './n8n-host/place';
import { addUp, summaryLine, type TestCounts } from './test-summary';

const BUILD_DIR = join(repositoryDir, '.build', 'tests');

void main();

/** `npm test`: the unit project with its coverage, then the end-to-end project on one n8n; the last line counts them all. */
async function main(): Promise<void> {
  const { full, rest } = parseArguments(process.argv.slice(2));
  rmSync(BUILD_DIR, { recursive: true, force: true });
  mkdirSync(BUILD_DIR, { recursive: true });
  const unit = await runJest('unit', ['--coverage', '--coverageReporters=text-summary', '--coverageReporters=json-summary', ...rest], full);
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
    // jest's own report is on stderr; with --json its stdout only repeats the file.
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exitCode = await new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? 1)));
  return { exitCode, counts: countsIn(outputFile) };
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
