import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../support/temporary-folder';
import { ROOT, readTracked, trackedFiles } from './tracked-files';

const SERVICES = 'tests/support/services.ts';
const THIS = 'tests/house/services.test.ts';

describe('a service that tests need', () => {
  it(`is looked for in ${SERVICES} alone, which also decides about skipping`, () => {
    const tests = trackedFiles().filter((file) => /^tests\/.*\.ts$/.test(file) && ![SERVICES, THIS].includes(file));
    const deciding = tests.filter((file) => /\b(describe|it|test)\.skip\b|\bx(it|describe)\(|AIOS_REQUIRE_SERVICES|CHROMIUM_PATH|TEST_(REDIS|POSTGRES)_URL/.test(readTracked(file)));
    expect(deciding).toEqual([]);
  });

  it('skips with the reason where it is missing, and fails where all services are required', () => {
    expect(outcome('')).toEqual({ failed: 0, skipped: 1, reason: expect.stringContaining('skipped: no Oracle here; ask at Delphi') });
    expect(outcome('1')).toMatchObject({ failed: 1, skipped: 0 });
  });

  it('comes from apt only where CI=1 says that the machine is there for that', () => {
    const withApt = trackedFiles().filter((file) => /\bapt-get\b/.test(readTracked(file)) && !/\.md$|(^|\/)Dockerfile/.test(file) && file !== THIS);
    expect(withApt).toEqual(['.ci/run']);
    const lines = readTracked('.ci/run').split('\n');
    const guard = lines.findIndex((line) => /case "\$\{CI:-\}" in 1 \| true\) ;; \*\) return 0/.test(line));
    expect(guard).toBeGreaterThan(0);
    expect(lines.findIndex((line) => line.includes('apt-get'))).toBeGreaterThan(guard);
  });
});

/** Runs a test file that needs a service nobody has. */
function outcome(requireServices: string): { failed: number; skipped: number; reason: string } {
  const folder = temporaryFolder();
  const source = `const { describeWithService } = require(${JSON.stringify(join(ROOT, SERVICES))});\ndescribeWithService({ name: 'Oracle', advice: 'ask at Delphi' }, 'a future', () => { it('is told', () => {}); });\n`;
  writeFileSync(join(folder, 'oracle.test.js'), source);
  writeFileSync(join(folder, 'jest.config.cjs'), `module.exports = { rootDir: ${JSON.stringify(folder)}, transform: { '\\\\.ts$': ${JSON.stringify(join(ROOT, 'node_modules/@swc/jest'))} } };`);
  const jest = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
  const { stdout, stderr } = spawnSync(process.execPath, [jest, '--config', join(folder, 'jest.config.cjs'), '--json', '--watchman=false'], { cwd: folder, env: { ...process.env, AIOS_REQUIRE_SERVICES: requireServices }, encoding: 'utf8' });
  if (stdout === '') return { failed: -1, skipped: -1, reason: stderr };
  const results = JSON.parse(stdout) as { numFailedTests: number; numPendingTests: number; testResults: { assertionResults: { fullName: string }[] }[] };
  return { failed: results.numFailedTests, skipped: results.numPendingTests, reason: results.testResults[0]?.assertionResults[0]?.fullName ?? '' };
}
