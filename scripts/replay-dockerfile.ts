// Plays the Dockerfile where there is no Docker: every step in a folder that stands for "/".
//   tsx scripts/replay-dockerfile.ts            node_modules of this clone stand for "npm ci"
//   tsx scripts/replay-dockerfile.ts --npm-ci   the real "npm ci", some minutes
// tests/e2e/docker-image.test.ts starts n8n from the result with the environment of docker-compose.n8n.yml.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorFacts } from '../kernel';
import { ensureHost } from './n8n-host/install';
import { repositoryDir } from './n8n-host/place';
import { readDockerfile } from './replay/dockerfile';
import { replayImage } from './replay/replay-image';

void main();

async function main(): Promise<void> {
  const say = (text: string) => void process.stderr.write(`${text}\n`);
  try {
    const stages = readDockerfile(readFileSync(join(repositoryDir, 'Dockerfile'), 'utf8'));
    const hostDir = await ensureHost(say);
    const image = await replayImage({ stages, contextDir: repositoryDir, hostDir, runNpmCi: process.argv.includes('--npm-ci'), onStep: say });
    say(`The image's files are in ${image.root}; its entrypoint is ${image.entrypoint.join(' ')}.`);
  } catch (error) {
    const { message, hint } = errorFacts(error);
    say(`${message} ${hint}`);
    process.exitCode = 1;
  }
}
