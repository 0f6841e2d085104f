import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT, withoutTestMode } from './tracked-files';

const LINT_TIMEOUT_MS = 240_000;

it("passes n8n's community lint and the rules of the house, without a warning", () => {
  const eslint = join(ROOT, 'node_modules', 'eslint', 'bin', 'eslint.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [eslint, '.', '--max-warnings', '0'], { cwd: ROOT, env: withoutTestMode(), encoding: 'utf8' });
  expect({ status, output: stdout + stderr }).toEqual({ status: 0, output: '' });
}, LINT_TIMEOUT_MS);
