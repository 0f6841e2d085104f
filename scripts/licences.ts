import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { BuildError } from './build/build-error';

/** SPDX identifiers whose terms an MIT package can keep by shipping the licence's text. */
const ALLOWED = new Set(['MIT', 'MIT-0', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'BlueOak-1.0.0', 'CC0-1.0', 'Unlicense', 'Python-2.0', 'Zlib']);

const LICENCE_FILE = /^(licen[cs]e|copying|notice)/i;

export interface BundledPackage {
  name: string;
  version: string;
  /** SPDX expression from its package.json. */
  licence: string;
  /** The full text it ships; where it ships none, what its package.json says about its authors. */
  text: string;
}

/**
 * Writes the licence of every package whose code is in one of the bundles.
 *
 * @param others shipped beside the bundles
 * @throws {BuildError} for a licence that is not on the list
 */
export async function writeLicences(metafiles: readonly Metafile[], root: string, target: string, others: readonly BundledPackage[] = []): Promise<void> {
  const bundled = [...new Set(metafiles.flatMap(bundledFolders))].map((folder) => readPackage(join(root, folder)));
  const byName = new Map([...others, ...bundled].map((found) => [`${found.name} ${found.version}`, found]));
  const packages = [...byName.keys()].sort().map((name) => byName.get(name)!);
  const refused = packages.filter(({ licence }) => !isAllowed(licence));
  if (refused.length > 0) throw new BuildError('Licences that are not known to fit MIT (scripts/licences.ts):', refused.map(({ name, version, licence }) => `${name}@${version}: ${licence}`));
  await writeFile(target, renderLicences(packages));
}

/** Folders of the packages that gave the bundle at least one byte: what was shaken off is not distributed. */
export function bundledFolders(metafile: Metafile): string[] {
  const used = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs).filter(([, input]) => input.bytesInOutput > 0).map(([path]) => path));
  const folders = used.map((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]).filter((folder) => folder !== undefined);
  return [...new Set(folders)].sort();
}

/** `A OR B` needs one allowed licence, `A AND B` all of them; brackets beyond one level are refused as unknown. */
export function isAllowed(expression: string): boolean {
  const bare = expression.replace(/^\((.*)\)$/, '$1');
  return bare.split(' OR ').some((choice) => choice.split(' AND ').every((id) => ALLOWED.has(id.trim())));
}

export function readPackage(folder: string): BundledPackage {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>;
  const licence = typeof manifest.license === 'string' ? manifest.license : 'none given';
  return { name: String(manifest.name), version: String(manifest.version), licence, text: licenceText(folder, manifest) };
}

function licenceText(folder: string, manifest: Record<string, unknown>): string {
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => LICENCE_FILE.test(file)).sort() : [];
  if (files.length > 0) return files.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n');
  const author = typeof manifest.author === 'object' && manifest.author ? (manifest.author as { name?: string }).name : manifest.author;
  const home = typeof manifest.repository === 'object' && manifest.repository ? (manifest.repository as { url?: string }).url : manifest.repository;
  return `The package ships no licence file. Its package.json names the licence ${String(manifest.license)}, the author ${String(author ?? 'not named')} and the source ${String(home ?? 'not named')}.`;
}

export function renderLicences(packages: readonly BundledPackage[]): string {
  const head = 'team.js, cli.js and the folder sandbox contain code of the packages below, under their own licences.\n';
  const line = '-'.repeat(80);
  return [head, ...packages.map(({ name, version, licence, text }) => `${line}\n${name} ${version} (${licence})\n${line}\n\n${text}\n`)].join('\n');
}
