import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findHeavyRequires } from '../../scripts/build/check-light-files';
import { packedPackage, requireBuild, type PackedPackage } from './built-package';
import { ROOT, readTracked } from './tracked-files';

/** The nodes and the team have 1 MB; the sandbox's CPython, its library and the other interpreters 8 MB (docs/decisions/0028), with room for what comes. */
const MAX_PACKED_BYTES = 10 * 1024 * 1024;
/** npm refuses nothing of this; n8n's GUI install would run or download it. */
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare'];

/** Minified there, so the bundle's text names none of them. */
const IN_THE_SANDBOX = ['just-bash', 'CPython', 'quickjs-emscripten', '@jitl/quickjs-wasmfile-release-sync', 'sql.js', 'fast-xml-parser', 'smol-toml'];

const manifest = JSON.parse(readTracked('package.json')) as Record<string, Record<string, unknown>> & { n8n: { nodes: string[]; credentials: string[] } };
let packed: PackedPackage;

beforeAll(() => {
  requireBuild();
  packed = packedPackage();
});

describe('the published package', () => {
  it(`is at most ${MAX_PACKED_BYTES / 1024 / 1024} MB packed`, () => expect(packed.size).toBeLessThanOrEqual(MAX_PACKED_BYTES));

  it('has dist, README, LICENSE and package.json, nothing else', () => {
    const paths = packed.files.map(({ path }) => path);
    expect(paths.filter((path) => !/^(dist\/.+|README\.md|LICENSE|package\.json)$/.test(path))).toEqual([]);
    expect(paths).toEqual(expect.arrayContaining(['README.md', 'LICENSE', 'package.json', 'dist/team.js', 'dist/third-party-licences.txt', 'dist/cli.js', 'dist/sandbox/program/lib/main.mjs', 'dist/sandbox/vendor/cpython-emscripten/python.wasm', 'dist/workflows/01-team-pipeline.json', ...manifest.n8n.nodes, ...manifest.n8n.credentials]));
  });

  it('has no sources, tests or maps', () => expect(packed.files.filter(({ path }) => /\.(ts|map|tsbuildinfo)$|\.test\./.test(path))).toEqual([]));

  it('installs nothing and runs nothing at install', () => {
    for (const field of ['dependencies', 'optionalDependencies', 'bundleDependencies', 'bundledDependencies', 'overrides']) expect(manifest).not.toHaveProperty(field);
    expect(Object.keys(manifest.scripts!).filter((script) => INSTALL_SCRIPTS.includes(script))).toEqual([]);
  });

  it('has optional peers only: a copy of its own would break the tool schemas of n8n', () => {
    const peers = Object.keys(manifest.peerDependencies!);
    expect(peers.sort()).toEqual(['@n8n/ai-node-sdk', 'n8n-workflow']);
    for (const peer of peers) expect(manifest.peerDependenciesMeta![peer]).toEqual({ optional: true });
  });

  it('names the licence of each bundled package', () => {
    const licences = readFileSync(join(ROOT, 'dist', 'third-party-licences.txt'), 'utf8');
    const code = ['team.js', 'cli.js'].map((bundle) => readFileSync(join(ROOT, 'dist', bundle), 'utf8')).join('\n');
    const bundled = [...code.matchAll(/^\s*\/\/ node_modules\/((?:@[^/\s]+\/)?[^/\s]+)\//gm)].map((match) => match[1]!);
    expect(bundled).toEqual(expect.arrayContaining(['zod', 'string-width']));
    expect([...new Set([...bundled, ...IN_THE_SANDBOX])].filter((name) => !licences.includes(`\n${name} `))).toEqual([]);
  });

  it('has light nodes and credentials', () => {
    const scripts = packed.files.map(({ path }) => path).filter((path) => /^dist\/(nodes|credentials)\/.*\.js$/.test(path));
    expect(scripts.length).toBeGreaterThan(0);
    expect(scripts.flatMap((path) => findHeavyRequires(path.replace(/^dist\//, ''), readFileSync(join(ROOT, path), 'utf8')))).toEqual([]);
  });
});
