import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { interpolate } from '../../scripts/compose/interpolate';
import { BuildContext } from '../../scripts/replay/build-context';
import { readDockerfile, type Stage } from '../../scripts/replay/dockerfile';
import { StepFailedError, UnknownStepError } from '../../scripts/replay/errors';
import { replayImage } from '../../scripts/replay/replay-image';
import hostManifest from '../../scripts/n8n-host/package.json';
import { temporaryFolder } from '../support/temporary-folder';
import { composeText, operatorVariables } from './compose-under-test';

const root = join(__dirname, '..', '..');
const text = readFileSync(join(root, 'Dockerfile'), 'utf8');
const stages = readDockerfile(text);
const image = stages.at(-1)!;
const stepsOf = <Kind extends Stage['steps'][number]['kind']>(stage: Stage, kind: Kind) => stage.steps.filter((step): step is Extract<typeof step, { kind: Kind }> => step.kind === kind);

describe('the Dockerfile', () => {
  it('builds on the n8n that is tested here, as do the compose file and .env.example', () => {
    const tested = hostManifest.dependencies.n8n;
    expect(image.base).toBe(`n8nio/n8n:${tested}`);
    expect(interpolate('${N8N_VERSION}', operatorVariables)).toBe(tested);
    expect(composeText).toContain(`\${N8N_VERSION:-${tested}}`);
  });

  it("runs nothing in n8n's image, which promises no tools", () => {
    expect(stepsOf(image, 'RUN')).toEqual([]);
  });

  it('ends as the user node and never becomes root', () => {
    expect(stepsOf(image, 'USER').map(({ user }) => user)).toEqual(['node']);
  });

  it('names its health check and hands its arguments to n8n’s entrypoint', () => {
    expect(stepsOf(image, 'HEALTHCHECK').map(({ argv }) => argv)).toEqual([['node', '/opt/aios/healthcheck.mjs']]);
    expect(stepsOf(image, 'ENTRYPOINT').map(({ argv }) => argv.at(-1))).toEqual(['/docker-entrypoint.sh']);
  });

  it('gives volumes to the user node: their folders exist and are his', () => {
    const owned = stepsOf(image, 'COPY').filter(({ owner }) => owner === '1000:1000').map(({ target }) => target);
    expect(owned.sort()).toEqual(['/aios', '/home/node/.n8n']);
  });

  it('takes no secret into a layer', () => {
    expect(text).not.toMatch(/^(ARG|ENV) .*(KEY|TOKEN|PASSWORD|SECRET)/m);
  });
});

describe('the build context', () => {
  const context = new BuildContext(root);

  it.each(['.env', '.env.local', '.git', '.data', 'node_modules', 'dist', 'tests', 'docker-compose.n8n.yml', 'some.tgz'])('leaves out %s', (path) => expect(context.isIgnored(path)).toBe(true));

  it.each(['package.json', 'package-lock.json', '.npmrc', 'nodes', 'team', 'scripts/image/prepare.mjs', 'LICENSE', 'README.md'])('has %s', (path) => expect(context.has(path)).toBe(true));
});

describe('the replay of a Dockerfile', () => {
  const replay = (dockerfile: string, contextDir: string) => replayImage({ stages: readDockerfile(dockerfile), contextDir, hostDir: '/nowhere' });

  it('copies from the context and between stages, runs commands and keeps modes', async () => {
    const contextDir = temporaryFolder();
    mkdirSync(join(contextDir, 'folder'));
    writeFileSync(join(contextDir, 'folder', 'a.txt'), 'a');
    writeFileSync(join(contextDir, 'b.sh'), 'b');
    const built = await replay('FROM node:24.0.0 AS one\nWORKDIR /in\nCOPY folder ./\nRUN cp a.txt c.txt && mkdir empty\nFROM n8nio/n8n:1\nCOPY --from=one /in /out\nCOPY --chmod=0755 b.sh /bin/b\nENV A=1 B="two words"\nUSER node\nENTRYPOINT ["x"]', contextDir);
    expect(readFileSync(join(built.root, 'out', 'c.txt'), 'utf8')).toBe('a');
    expect(readFileSync(join(built.root, 'bin', 'b'), 'utf8')).toBe('b');
    expect(built).toMatchObject({ environment: { NODE_ENV: 'production', A: '1', B: 'two words' }, user: 'node', entrypoint: ['x'] });
    built.remove();
  });

  it.each([
    ['an instruction it does not know', 'FROM node:24.0.0\nVOLUME /data', UnknownStepError],
    ['a base it has no substitute for', 'FROM alpine:3', UnknownStepError],
    ['a stage that is not there', 'FROM node:24.0.0\nCOPY --from=none /a /b', UnknownStepError],
    ['a file that is not in the context', 'FROM node:24.0.0\nCOPY gone /a', StepFailedError],
    ['a command that fails', 'FROM node:24.0.0\nRUN echo oh no >&2; exit 3', StepFailedError],
  ])('stops at %s', async (_, dockerfile, error) => {
    await expect((async () => replay(dockerfile, temporaryFolder()))()).rejects.toThrow(error);
  });
});
