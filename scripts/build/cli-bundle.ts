import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { BuildError } from './build-error';

/** The command line and the nodes share one team bundle: no second copy of everything. */
const teamStaysOutside: Plugin = {
  name: 'team-stays-outside',
  setup: ({ onResolve }) => onResolve({ filter: /^(\.\.\/)+team$/ }, () => ({ path: './team.js', external: true })),
};

/** Bundles the `aios` command into `dist/cli.js`, beside the team it loads. */
export async function buildCliBundle(root: string, dist: string): Promise<void> {
  const outfile = join(dist, 'cli.js');
  const { warnings } = await build({
    absWorkingDir: root,
    entryPoints: [join(root, 'cli', 'main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    // Parsed by any Node, so that an old one can say what it lacks.
    target: 'node18',
    banner: { js: '#!/usr/bin/env node' },
    plugins: [teamStaysOutside],
    logLevel: 'warning',
  });
  if (warnings.length > 0) throw new BuildError(`The command line's bundle has ${warnings.length} warning(s).`, warnings.map((warning) => warning.text));
  await chmod(outfile, 0o755);
}
