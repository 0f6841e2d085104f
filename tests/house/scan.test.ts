import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import expected from './scan-expected.json';
import { requireBuild } from './built-package';
import { ROOT, withoutTestMode } from './tracked-files';

type RulesMet = Record<string, number>;

/** Linting the bundle takes its time on a busy machine. */
const SCAN_TIMEOUT_MS = 180_000;

describe("n8n's package scan", () => {
  let met: { package: RulesMet; source: RulesMet };

  beforeAll(() => {
    requireBuild();
    const tsx = join(ROOT, 'node_modules', 'tsx', 'dist', 'cli.mjs');
    met = JSON.parse(execFileSync(process.execPath, [tsx, join(ROOT, 'scripts', 'scan-package.ts'), '--json'], { cwd: ROOT, env: withoutTestMode(), encoding: 'utf8', maxBuffer: 1e8 })) as typeof met;
  }, SCAN_TIMEOUT_MS);

  // A name that is new is a fault we made; one that is gone must leave the list, or it could come back unseen.
  it.each(['package', 'source'] as const)('meets exactly the rules of scan-expected.json in the %s', (part) => {
    expect(Object.keys(met[part]).sort()).toEqual(Object.keys(expected[part]).sort());
  });

  it('has a reason for each of them', () => {
    const reasons = Object.values(expected).flatMap((rules) => Object.values<string>(rules));
    expect(reasons.filter((reason) => reason.length < 20)).toEqual([]);
  });
});
