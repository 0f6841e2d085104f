import { chmod, cp, mkdir } from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { BuildError } from './build-error';

/** The command line and the nodes share one team bundle: no second copy of everything. */
const teamStaysOutside: Plugin = {
  name: 'team-stays-outside',
  setup: ({ onResolve }) => onResolve({ filter: /^(\.\.\/)+team$/ }, () => ({ path: './team.js', external: true })),
};

/** The storage folder is imported for its errors; a Redis client nobody uses is not shipped twice. */
const unusedRedisGoes: Plugin = {
  name: 'unused-redis-goes',
  setup: ({ onResolve, resolve }) =>
    onResolve({ filter: /^ioredis$/ }, async ({ path, pluginData, ...options }) => {
      if (pluginData === 'resolved') return undefined;
      return { ...(await resolve(path, { kind: options.kind, importer: options.importer, resolveDir: options.resolveDir, pluginData: 'resolved' })), sideEffects: false };
    }),
};

/** Bundles the `aios` command into `dist/cli.js`, beside the team it loads and the templates it installs. */
export async function buildCliBundle(root: string, dist: string): Promise<Metafile> {
  const outfile = join(dist, 'cli.js');
  const { warnings, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [join(root, 'cli', 'main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    // Parsed by any Node, so that an old one can say what it lacks.
    target: 'node18',
    banner: { js: '#!/usr/bin/env node' },
    plugins: [teamStaysOutside, unusedRedisGoes],
    logLevel: 'warning',
    metafile: true,
  });
  if (warnings.length > 0) throw new BuildError(`The command line's bundle has ${warnings.length} warning(s).`, warnings.map((warning) => warning.text));
  await chmod(outfile, 0o755);
  await copyTemplates(join(root, 'workflows'), join(dist, 'workflows'));
  return metafile;
}

async function copyTemplates(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const file of readdirSync(from).filter((name) => name.endsWith('.json'))) await cp(join(from, file), join(to, file));
}
