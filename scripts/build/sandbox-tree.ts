import { cp, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build, type BuildOptions, type Metafile, type Plugin } from 'esbuild';
import { BuildError } from './build-error';
import { patched } from './sandbox-patches';

/** CPython's worker looks for it three folders above itself; hence the depth of CHUNKS. */
const VENDOR = 'vendor/cpython-emscripten';
const CHUNKS = 'program/lib/chunks';

/** Only the network and QuickJS' debug builds need these. Without them in the tree, no job can reach them. */
const LEFT_OUT = /undici-[A-Z0-9]+\.js$|^undici$|^@jitl\/quickjs-wasmfile-(debug-sync|debug-asyncify|release-asyncify)$/;

/** Native compressors just-bash finds when they are installed; a sandbox loads no native code. */
const NATIVE = ['@mongodb-js/zstd', 'node-liblzma'];

const leavesOut: Plugin = {
  name: 'leaves-out',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: LEFT_OUT }, ({ path }) => ({ path, namespace: 'left-out' }));
    onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: 'export default undefined;' }));
  },
};

const patches: Plugin = {
  name: 'patches',
  setup: ({ onLoad }) => onLoad({ filter: /just-bash\/dist\/bundle\/chunks\/[\w-]+\.js$/ }, async ({ path }) => ({ contents: patched(path, await readFile(path, 'utf8')), loader: 'js' })),
};

/**
 * Builds `dist/sandbox/`: the program that runs jobs, just-bash with its workers, CPython and QuickJS.
 * A folder of its own, because it is all that the sandbox's process may read.
 */
export async function buildSandboxTree(root: string, dist: string): Promise<Metafile[]> {
  const tree = join(dist, 'sandbox');
  const bash = join(root, 'node_modules', 'just-bash');
  const worker = (name: string) => join(bash, 'dist/bundle/chunks', name);
  const shared: BuildOptions = {
    absWorkingDir: root, bundle: true, platform: 'node', format: 'esm', target: 'node22', external: NATIVE, plugins: [leavesOut, patches],
    minify: true, legalComments: 'none', logLevel: 'warning', metafile: true,
    // Node takes them for ES modules by this; a package.json that says so would be judged as one of an n8n package.
    outExtension: { '.js': '.mjs' },
  };
  const results = await Promise.all([
    build({ ...shared, entryPoints: Object.fromEntries(['main', 'probe'].map((name) => [`program/lib/${name}`, join(root, 'skills/drivers/sandbox-program', `${name}.ts`)])), outdir: tree, splitting: true, chunkNames: `${CHUNKS}/[name]-[hash]` }),
    build({ ...shared, entryPoints: ['worker.js', 'js-exec-worker.js', 'sqlite3-worker.js'].map(worker), outdir: join(tree, CHUNKS), banner: { js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);' }, define: { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' } }),
  ]);
  const warnings = results.flatMap((result) => result.warnings);
  if (warnings.length > 0) throw new BuildError(`The sandbox's bundle has ${warnings.length} warning(s).`, warnings.map(({ text }) => text));
  await copyData(root, bash, tree);
  return results.map(({ metafile }) => metafile!);
}

async function copyData(root: string, bash: string, tree: string): Promise<void> {
  const from = (path: string) => require.resolve(path, { paths: [bash, root] });
  const files: Record<string, string> = {
    [`${CHUNKS}/emscripten-module.wasm`]: from('@jitl/quickjs-wasmfile-release-sync/wasm'),
    [`${CHUNKS}/sql-wasm.wasm`]: from('sql.js/dist/sql-wasm.wasm'),
    ...Object.fromEntries(['python.cjs', 'python.wasm', 'python313.zip'].map((name) => [`${VENDOR}/${name}`, join(bash, VENDOR, name)])),
  };
  for (const [target, source] of Object.entries(files)) {
    await mkdir(dirname(join(tree, target)), { recursive: true });
    await cp(source, join(tree, target));
  }
}
