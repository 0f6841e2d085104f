import { join } from 'node:path';
import { runCommand } from '../n8n-host/command';

/** Makes each node as n8n does, with n8n's packages in reach. */
const MAKE_NODES = `
  const [hostModules, ...files] = process.argv.slice(1);
  process.env.NODE_PATH = hostModules;
  require('node:module').Module._initPaths();
  for (const file of files) new (require(file)[require('node:path').basename(file).split('.')[0]])();
`;

/**
 * Why n8n could not load the package: its log says only that.
 *
 * @param builtFiles what is new, relative to `packageDir`
 * @returns the first fault with the place in our files; undefined when the files load here
 */
export async function whyRefused(hostDir: string, packageDir: string, builtFiles: readonly string[]): Promise<string | undefined> {
  const files = builtFiles.filter((file) => /\.(node|credentials)\.js$/.test(file)).map((file) => join(packageDir, file));
  if (files.length === 0) return undefined;
  const { exitCode, stderr } = await runCommand('node', ['-e', MAKE_NODES, join(hostDir, 'node_modules'), ...files], { cwd: packageDir });
  if (exitCode === 0) return undefined;
  const lines = stderr.split('\n');
  const fault = lines.find((line) => /^\w*Error\b/.test(line)) ?? lines[0];
  const place = lines.find((line) => line.includes(packageDir))?.trim();
  return [fault, place].filter((line) => line).join(' ').replaceAll(`${packageDir}/`, '');
}
