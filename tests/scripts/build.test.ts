import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stop } from 'esbuild';
import { checkLightFiles, findHeavyRequires } from '../../scripts/build/check-light-files';
import { buildLightFiles } from '../../scripts/build/light-files';
import { buildTeamBundle } from '../../scripts/build/team-bundle';
import { writeLicences } from '../../scripts/licences';

let root: string;
let dist: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'aios-build-')));
  dist = join(root, 'dist');
});
// esbuild keeps a helper process; jest would wait for it for ever.
afterAll(() => stop());
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(files: Record<string, string>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

const SAMPLE_NODE = `
import type { Team } from '../../team';
import { greeting } from '../shared/greeting';
export class Sample {
  description = { name: 'sample' };
  async execute() { const team = require('../../team.js') as Team; return [team.answer, greeting]; }
}`;

describe('the build', () => {
  it('makes a node n8n can require, which loads the team only when it executes', async () => {
    write({
      'nodes/Sample/Sample.node.ts': SAMPLE_NODE,
      'nodes/Sample/Sample.node.json': '{"node":"sample"}',
      'nodes/Sample/sample.svg': '<svg/>',
      'nodes/shared/greeting.ts': "export const greeting = 'hello';",
      'credentials/SampleApi.credentials.ts': "export class SampleApi { name = 'sampleApi'; }",
      'team/index.ts': "export interface Team { answer: number }\nprocess.stdout.write('team loaded, ');\nexport const answer = 42;",
      'n8n.cjs': "const { Sample } = require('./dist/nodes/Sample/Sample.node.js');\nconst sample = new Sample();\nprocess.stdout.write('n8n started, ');\nsample.execute().then((result) => process.stdout.write(result.join(' ')));",
    });
    await buildLightFiles(root, dist);
    await buildTeamBundle(root, dist);
    await checkLightFiles(dist);

    // A process of its own: jest maps the bundle's name to the sources.
    expect(execFileSync(process.execPath, [join(root, 'n8n.cjs')], { encoding: 'utf8' })).toBe('n8n started, team loaded, 42 hello');
    expect(readFileSync(join(dist, 'nodes/Sample/Sample.node.json'), 'utf8')).toBe('{"node":"sample"}');
    expect(readFileSync(join(dist, 'nodes/Sample/sample.svg'), 'utf8')).toBe('<svg/>');
    expect(readFileSync(join(dist, 'credentials/SampleApi.credentials.js'), 'utf8')).toContain('class SampleApi');
  });

  it('refuses a node that loads a domain', async () => {
    write({ 'nodes/Sample/Sample.node.ts': "import { rank } from '../../router';\nexport class Sample { execute() { return rank(); } }", 'router/index.ts': 'export const rank = () => 1;' });
    await buildLightFiles(root, dist);
    await expect(checkLightFiles(dist)).rejects.toThrow(/Sample\.node\.js:\d+ requires "\.\.\/\.\.\/router": domains are imported by "import type" only/);
  });

  it('refuses a node whose own file was not built', async () => {
    write({ 'nodes/Sample/Sample.node.ts': "import { a } from '../shared/gone';\nexport class Sample { a = a; }" });
    await buildLightFiles(root, dist);
    await expect(checkLightFiles(dist)).rejects.toThrow(/which the build does not contain/);
  });

  it('turns import() of n8n packages into require, the only way n8n makes them visible', async () => {
    write({ 'nodes/Sample/Sample.node.ts': "export class Sample { async sdk() { return await import('@n8n/ai-node-sdk'); } }" });
    await buildLightFiles(root, dist);
    expect(readFileSync(join(dist, 'nodes/Sample/Sample.node.js'), 'utf8')).toMatch(/require\("@n8n\/ai-node-sdk"\)/);
    await checkLightFiles(dist);
  });
});

describe('a light file', () => {
  const file = 'nodes/Sample/Sample.node.js';

  it.each([
    'require("n8n-workflow")',
    'require("node:path"); require("os")',
    'require("../shared/for-each-item")',
    'function f() { return require("@n8n/ai-node-sdk"); }',
    'class Sample { execute() { require("../../team.js"); } }',
  ])('may have %s', (text) => expect(findHeavyRequires(file, text)).toEqual([]));

  it.each([
    'require("@n8n/ai-node-sdk")',
    'require("../../team.js")',
    'class Sample { static team = require("../../team.js"); }',
    'function f() { require("zod"); }',
    'function f() { require("../../router/index.js"); }',
    'function f() { require(name); }',
    'import("zod")',
  ])('may not have %s', (text) => expect(findHeavyRequires(file, text)).toHaveLength(1));
});

describe('licences', () => {
  const bundleOf = async (licence: string, code: string) => {
    write({
      'team/index.ts': "import { used } from 'some-library';\nexport const value = used();",
      'node_modules/some-library/package.json': JSON.stringify({ name: 'some-library', version: '1.2.3', license: licence, main: 'index.js' }),
      'node_modules/some-library/index.js': code,
      'node_modules/some-library/LICENSE.md': 'The terms of some-library.',
    });
    return await buildTeamBundle(root, dist);
  };

  it('ship with the text of each bundled package', async () => {
    const metafile = await bundleOf('MIT', 'exports.used = () => 1;');
    await writeLicences([metafile], root, join(dist, 'licences.txt'));
    const text = readFileSync(join(dist, 'licences.txt'), 'utf8');
    expect(text).toContain('some-library 1.2.3 (MIT)');
    expect(text).toContain('The terms of some-library.');
  });

  it.each(['GPL-3.0-only', 'MIT AND GPL-2.0-only', 'SEE LICENSE IN LICENSE.md', ''])('stop the build when they are %p', async (licence) => {
    const metafile = await bundleOf(licence, 'exports.used = () => 1;');
    await expect(writeLicences([metafile], root, join(dist, 'licences.txt'))).rejects.toThrow(/some-library@1\.2\.3/);
  });

  it('may be chosen where a package offers several', async () => {
    const metafile = await bundleOf('(GPL-3.0-only OR MIT)', 'exports.used = () => 1;');
    await expect(writeLicences([metafile], root, join(dist, 'licences.txt'))).resolves.toBeUndefined();
  });

  it('of packages that left no code in the bundle do not matter', async () => {
    write({
      'team/index.ts': "import * as library from 'shaken-off';\nexport const value = false && library.unused;",
      'node_modules/shaken-off/package.json': JSON.stringify({ name: 'shaken-off', version: '1.0.0', license: 'GPL-3.0-only', module: 'index.mjs', exports: './index.mjs', sideEffects: false }),
      'node_modules/shaken-off/index.mjs': 'export const unused = 1;',
    });
    const metafile = await buildTeamBundle(root, dist);
    await expect(writeLicences([metafile], root, join(dist, 'licences.txt'))).resolves.toBeUndefined();
  });
});
