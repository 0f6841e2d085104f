import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readPackage, type BundledPackage } from '../licences';

/**
 * Everything that may be inside just-bash's own bundle, which the build cannot look into: the packages it depends on, and theirs;
 * and CPython, which it ships as WebAssembly (QuickJS and SQLite are named in the packages that carry them).
 */
export function sandboxLicences(root: string): BundledPackage[] {
  const folders = new Set<string>();
  const visit = (folder: string): void => {
    if (folders.has(folder)) return;
    folders.add(folder);
    const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { dependencies?: Record<string, string> };
    for (const name of Object.keys(dependencies)) visit(findPackage(name, folder));
  };
  visit(join(root, 'node_modules', 'just-bash'));
  const cpython = { name: 'CPython (WebAssembly, with its standard library)', version: '3.13', licence: 'Python-2.0', text: readFileSync(join(root, 'scripts/build/licences/cpython-3.13.txt'), 'utf8').trim() };
  return [...[...folders].map(readPackage), cpython];
}

/** As Node looks for it: in the node_modules of each folder upwards. */
function findPackage(name: string, from: string): string {
  const folder = join(from, 'node_modules', name);
  return existsSync(folder) || dirname(from) === from ? folder : findPackage(name, dirname(from));
}
