import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { filesBelow } from './files-below';

/** n8n finds nodes and credentials by path, so dist repeats these two folders as they are. */
export const LIGHT_FOLDERS = ['nodes', 'credentials'] as const;

const COPIED = /(\.svg|\.png|\.node\.json)$/;

/** Translates nodes and credentials file by file, without bundling, and copies icons and codex beside them. */
export async function buildLightFiles(root: string, dist: string): Promise<void> {
  const files = (await Promise.all(LIGHT_FOLDERS.map((folder) => filesBelow(root, folder)))).flat();
  await translate(root, dist, files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts')));
  await Promise.all(files.filter((file) => COPIED.test(file)).map((file) => copyTo(root, dist, file)));
}

async function translate(root: string, dist: string, files: string[]): Promise<void> {
  if (files.length === 0) return;
  await build({
    absWorkingDir: root,
    entryPoints: files,
    outdir: dist,
    outbase: root,
    bundle: false,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    // n8n makes its own packages visible through NODE_PATH, which only `require` obeys.
    supported: { 'dynamic-import': false },
    logLevel: 'warning',
  });
}

async function copyTo(root: string, dist: string, file: string): Promise<void> {
  await mkdir(dirname(join(dist, file)), { recursive: true });
  await copyFile(join(root, file), join(dist, file));
}
