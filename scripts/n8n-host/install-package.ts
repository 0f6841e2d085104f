import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runCommand, type CommandResult } from './command';
import { PackageInstallError } from './errors';
import { repositoryDir } from './place';

const PACKAGE_NAME = 'n8n-nodes-aios';
/** The very flags of n8n's own installer (CommunityPackagesService, n8n 2.41.1). */
const INSTALL_FLAGS = ['--audit=false', '--fund=false', '--bin-links=false', '--install-strategy=shallow', '--ignore-scripts=true', '--package-lock=false'];
/** n8n's installer drops these, so that nothing but `dependencies` is ever installed. */
const DROPPED_FIELDS = ['devDependencies', 'peerDependencies', 'optionalDependencies'];

/** Packs this clone's built package. @returns the path of the .tgz in `intoDir` */
export async function packPackage(intoDir: string): Promise<string> {
  mkdirSync(intoDir, { recursive: true });
  const packed = await runCommand('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', intoDir], { cwd: repositoryDir });
  assertDone('npm pack', packed);
  const [entry] = JSON.parse(packed.stdout.slice(packed.stdout.indexOf('['))) as { filename: string }[];
  return join(intoDir, entry!.filename);
}

/** Installs a packed package the way n8n's "Install community node" does, into the user folder of an n8n that is not running. */
export async function installPackage(tarball: string, userFolder: string): Promise<void> {
  const target = installedDir(userFolder);
  const modulesDir = dirname(target);
  const unpackDir = join(modulesDir, `.${PACKAGE_NAME}-new`);
  rmSync(unpackDir, { recursive: true, force: true });
  mkdirSync(unpackDir, { recursive: true });
  assertDone('tar', await runCommand('tar', ['-xzf', tarball, '--strip-components=1', '-C', unpackDir], { cwd: modulesDir }));
  dropFields(join(unpackDir, 'package.json'));
  assertDone('npm install', await runCommand('npm', ['install', ...INSTALL_FLAGS], { cwd: unpackDir }));
  rmSync(target, { recursive: true, force: true });
  renameSync(unpackDir, target);
}

/** Installs the clone's package unless the user folder already holds this very content. @returns whether something was installed */
export async function installPackageIfChanged(userFolder: string, workDir: string): Promise<boolean> {
  const stamp = contentStamp(userFolder);
  const content = packageContentHash();
  const isInstalled = existsSync(join(installedDir(userFolder), 'package.json'));
  if (isInstalled && existsSync(stamp) && readFileSync(stamp, 'utf8') === content) return false;
  await installPackage(await packPackage(workDir), userFolder);
  writeFileSync(stamp, content);
  return true;
}

/** For whoever puts other files there: the next `installPackageIfChanged` installs in any case. */
export function forgetInstalledContent(userFolder: string): void {
  rmSync(contentStamp(userFolder), { force: true });
}

/** Where n8n looks for the package. */
export function installedDir(userFolder: string): string {
  return join(userFolder, '.n8n', 'nodes', 'node_modules', PACKAGE_NAME);
}

/** Equal for equal built packages: names and bytes of everything `npm pack` would take. */
export function packageContentHash(directory = repositoryDir): string {
  const hash = createHash('sha256');
  for (const file of ['package.json', 'README.md', 'LICENSE', ...filesBelow(directory, 'dist')]) {
    if (existsSync(join(directory, file))) hash.update(file).update('\0').update(readFileSync(join(directory, file))).update('\0');
  }
  return hash.digest('hex');
}

function filesBelow(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  const entries = readdirSync(join(root, folder)).sort().map((name) => join(folder, name));
  return entries.flatMap((path) => (statSync(join(root, path)).isDirectory() ? filesBelow(root, path) : [path]));
}

function contentStamp(userFolder: string): string {
  return join(userFolder, '.n8n', 'nodes', `${PACKAGE_NAME}.content`);
}

/** As n8n's installer does to a package's manifest. */
export function dropFields(manifestPath: string): void {
  const manifest = JSON.parse(readFileSync(manifestPath, 'utf8')) as Record<string, unknown>;
  for (const field of DROPPED_FIELDS) delete manifest[field];
  writeFileSync(manifestPath, JSON.stringify(manifest, null, 2));
}

function assertDone(step: string, result: CommandResult): void {
  if (result.exitCode !== 0) throw new PackageInstallError(step, result.stderr || result.stdout);
}
