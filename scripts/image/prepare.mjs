// Puts the image's nodes into n8n's user folder before n8n starts. The folder is usually a volume, which hides whatever an image
// has at that path; so the image keeps the package beside it and every start compares. Other community packages stay untouched.
import { accessSync, constants, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';

const NAME = 'n8n-nodes-aios';
/** Made at build time over the package's content: two builds may have the same version. */
const STAMP = '.content';
const shipped = join(import.meta.dirname, NAME);
const modulesDir = join(process.env.N8N_USER_FOLDER || homedir(), '.n8n', 'nodes', 'node_modules');
const processKind = process.argv.slice(2).find((argument) => argument === 'worker' || argument === 'webhook');

try {
  assertQueueMode();
  assertWritable(modulesDir);
  if (process.env.AIOS_DATA_DIR) assertWritable(process.env.AIOS_DATA_DIR);
  placePackage();
  if (process.env.AIOS_OTHER_NODES_DIR) linkOtherPackages(join(process.env.AIOS_OTHER_NODES_DIR, 'node_modules'));
} catch (error) {
  say(error.message);
  process.exit(1);
}

/** A worker of an n8n that does not queue would wait for ever without a word. */
function assertQueueMode() {
  const mode = process.env.EXECUTIONS_MODE ?? 'regular';
  if (processKind === undefined || mode === 'queue') return;
  throw new Error(`This ${processKind} would get nothing to do: EXECUTIONS_MODE is "${mode}". Set EXECUTIONS_MODE=queue in .env, then run "docker compose up -d" again.`);
}

function assertWritable(folder) {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    const user = process.getuid?.() ?? 1000;
    throw new Error(`User ${user} cannot write to ${folder} (${error.code}). Give the volume or folder behind it to that user: chown -R ${user}:${user} <folder>.`);
  }
}

/** The image decides which version runs, so that main, workers and webhook processes never differ. */
function placePackage() {
  const target = join(modulesDir, NAME);
  if (isShipped(target)) return;
  const before = versionOf(target);
  const temporary = (what) => join(modulesDir, `.${NAME}-${what}-${randomUUID()}`);
  const [fresh, old] = [temporary('new'), temporary('old')];
  removeLeftovers();
  cpSync(shipped, fresh, { recursive: true });
  if (existsSync(target)) renameSync(target, old);
  moveIntoPlace(fresh, target);
  rmSync(old, { recursive: true, force: true });
  say(`${NAME} ${versionOf(target)} is in place${before ? ` of ${before}` : ''}.`);
}

/** Renaming is one step: n8n never meets half a package, and a second container on the same volume cannot mix its files with ours. */
function moveIntoPlace(fresh, target) {
  try {
    renameSync(fresh, target);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    if (!isShipped(target)) throw error;
  }
}

/** Workers have a user folder of their own; what was installed in the editor lies in that of main. Read at start, so a restart brings news. */
function linkOtherPackages(mainModulesDir) {
  for (const path of packagesIn(mainModulesDir)) {
    const target = join(modulesDir, path);
    if (path === NAME || existsSync(target)) continue;
    mkdirSync(dirname(target), { recursive: true });
    rmSync(target, { force: true });
    symlinkSync(join(mainModulesDir, path), target);
  }
}

/** As n8n looks for them: `n8n-nodes-*` and `@scope/n8n-nodes-*`. */
function packagesIn(folder) {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const scoped = names.filter((name) => name.startsWith('@')).flatMap((scope) => readdirSync(join(folder, scope)).map((name) => join(scope, name)));
  return [...names, ...scoped].filter((path) => basename(path).startsWith('n8n-nodes-'));
}

/** Of a start that was killed while it copied. */
function removeLeftovers() {
  for (const name of readdirSync(modulesDir)) {
    if (name.startsWith(`.${NAME}-`)) rmSync(join(modulesDir, name), { recursive: true, force: true });
  }
}

function isShipped(folder) {
  const stamp = join(folder, STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === readFileSync(join(shipped, STAMP), 'utf8');
}

function versionOf(folder) {
  const manifest = join(folder, 'package.json');
  return existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).version : undefined;
}

function say(text) {
  process.stderr.write(`aios: ${text}\n`);
}
