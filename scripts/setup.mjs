// Brings a fresh clone to the state every npm script needs: dependencies installed, Node 24 at hand.
// Plain JavaScript without imports from node_modules, because it runs before they exist.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stamp = join(root, 'node_modules', '.aios-setup');
const wanted = createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).digest('hex');

if (!isReady()) install();

function isReady() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && existsSync(join(root, 'node_modules', 'node', 'bin'));
}

function install() {
  say('Installing the development dependencies (about a minute, once)…');
  // Install scripts stay off: the only one needed is Node's own, which fetches the platform's binary package.
  // Errors only: npm would warn, line after line, about an older Node that runs nothing but this file.
  npm('ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error');
  npm('rebuild', 'node', '--loglevel=error');
  provideExec();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}

// "npm start" runs `exec node …`, so that no shell stands between npm and us and signals arrive. Windows' shell has no exec.
function provideExec() {
  if (process.platform === 'win32') writeFileSync(join(root, 'node_modules', '.bin', 'exec.cmd'), '@%*\r\n');
}

function npm(...args) {
  // On Windows npm is a .cmd file, which only a shell can start. Its chatter goes to stderr: stdout belongs to the caller (`--json`).
  const child = spawnSync('npm', args, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  if (child.status === 0) return;
  say(`"npm ${args.join(' ')}" failed. Check that the npm registry is reachable and that the disk has 2 GB free, then try again.`);
  process.exit(1);
}

function say(text) {
  process.stderr.write(`${text}\n`);
}
