// gulp build       everything that is published: dist/
// gulp quick       the same without the type check, for development
require('tsx/cjs');
const { spawn } = require('node:child_process');
const { rm } = require('node:fs/promises');
const { join } = require('node:path');
const { series, parallel } = require('gulp');
const { buildLightFiles } = require('./scripts/build/light-files.ts');
const { checkLightFiles } = require('./scripts/build/check-light-files.ts');
const { buildTeamBundle } = require('./scripts/build/team-bundle.ts');
const { buildCliBundle } = require('./scripts/build/cli-bundle.ts');
const { sandboxLicences } = require('./scripts/build/sandbox-licences.ts');
const { buildSandboxTree } = require('./scripts/build/sandbox-tree.ts');
const { writeLicences } = require('./scripts/licences.ts');

const root = __dirname;
const dist = join(root, 'dist');

const clean = () => rm(dist, { recursive: true, force: true });

function typeCheck() {
  return spawn(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', join(root, 'tsconfig.json')], { stdio: 'inherit' });
}

/** Nodes, credentials, icons, codex. n8n loads these at its start, so they must stay light. */
async function lightFiles() {
  await buildLightFiles(root, dist);
  await checkLightFiles(dist);
}

/** Everything else, third-party code included (loaded at the first execution), the `aios` command, and the sandbox's own program. */
async function bundles() {
  const [team, cli, sandbox] = await Promise.all([buildTeamBundle(root, dist), buildCliBundle(root, dist), buildSandboxTree(root, dist)]);
  await writeLicences([team, cli, ...sandbox], root, join(dist, 'third-party-licences.txt'), sandboxLicences(root));
}

const emit = parallel(lightFiles, bundles);

exports.clean = clean;
exports.typeCheck = typeCheck;
exports.lightFiles = lightFiles;
exports.bundles = bundles;
exports.quick = series(clean, emit);
exports.build = series(clean, parallel(typeCheck, emit));
exports.default = exports.build;
