import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { BuildError } from './build-error';
import { filesBelow } from './files-below';

/** n8n's own copies must be used: tool schemas are recognised by `instanceof`, metrics by one registry. */
const HOST_PACKAGES = ['n8n-workflow', '@n8n/ai-node-sdk', '@langchain/*', 'prom-client'];

/** What Node has itself, in the place of copies in plain JavaScript. */
const NODES_OWN = { 'sha.js/sha1.js': join(__dirname, 'node-sha1.cjs') };

/**
 * Bundles team/index.ts with all it needs into `dist/team.js`; the roles that ship, which are files, lie beside it.
 * Not minified: stack traces in users' reports stay readable, and the packed size is far below its limit (docs/decisions/0001).
 */
export async function buildTeamBundle(root: string, dist: string): Promise<Metafile> {
  const { metafile, warnings } = await build({
    absWorkingDir: root,
    entryPoints: [join(root, 'team', 'index.ts')],
    outfile: join(dist, 'team.js'),
    bundle: true,
    platform: 'node',
    alias: NODES_OWN,
    format: 'cjs',
    target: 'node22',
    external: HOST_PACKAGES,
    metafile: true,
    logLevel: 'warning',
  });
  // A warning here (an unresolved require, an empty import.meta) is a fault that only shows in a user's n8n.
  if (warnings.length > 0) throw new BuildError(`The bundle has ${warnings.length} warning(s).`, warnings.map((warning) => warning.text));
  await copyRoles(join(root, 'agents', 'roles'), join(dist, 'roles'));
  return metafile;
}

async function copyRoles(from: string, to: string): Promise<void> {
  const files = (await Promise.all(['built-in', 'trade'].map((folder) => filesBelow(from, folder)))).flat();
  for (const file of files) await cp(join(from, file), join(to, file));
}
