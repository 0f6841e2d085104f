import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../support/temporary-folder';
import { runScript } from './run-script';

const IMAGE_SCRIPTS = join(__dirname, '..', '..', 'scripts', 'image');

/** A container: the image's folder with a package in it, and a user folder. */
function container() {
  const root = temporaryFolder();
  const [image, home] = [join(root, 'opt'), join(root, 'home')];
  for (const script of ['prepare.mjs', 'entrypoint.sh']) cpSync(join(IMAGE_SCRIPTS, script), join(image, script), { recursive: true });
  putPackage(join(image, 'n8n-nodes-aios'), '0.2.0', 'content of 0.2.0');
  const modules = join(home, '.n8n', 'nodes', 'node_modules');
  const start = (args: string[] = [], more: Record<string, string> = {}) => runScript(process.execPath, [join(image, 'prepare.mjs'), ...args], { HOME: home, ...more });
  return { root, image, home, modules, ours: join(modules, 'n8n-nodes-aios'), start };
}

function putPackage(folder: string, version: string, content?: string): void {
  mkdirSync(join(folder, 'dist'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'some', version }));
  writeFileSync(join(folder, 'dist', `only-in-${version}.js`), '');
  if (content) writeFileSync(join(folder, '.content'), content);
}

const versionIn = (folder: string) => (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;

describe('the start of a container', () => {
  it('puts the nodes into a fresh volume', async () => {
    const { ours, start, modules } = container();
    expect(await start()).toEqual({ exitCode: 0, said: 'aios: n8n-nodes-aios 0.2.0 is in place.\n' });
    expect(versionIn(ours)).toBe('0.2.0');
    expect(readdirSync(modules)).toEqual(['n8n-nodes-aios']);
  });

  it('replaces an older version as a whole', async () => {
    const { ours, start } = container();
    putPackage(ours, '0.1.0', 'content of 0.1.0');
    expect((await start()).said).toBe('aios: n8n-nodes-aios 0.2.0 is in place of 0.1.0.\n');
    expect(readdirSync(join(ours, 'dist'))).toEqual(['only-in-0.2.0.js']);
  });

  it('replaces another build of the same version', async () => {
    const { ours, start } = container();
    putPackage(ours, '0.2.0', 'content of an earlier build');
    await start();
    expect(readFileSync(join(ours, '.content'), 'utf8')).toBe('content of 0.2.0');
  });

  it('replaces what was installed in the editor, so that all processes run what the image has', async () => {
    const { ours, start } = container();
    putPackage(ours, '0.3.0');
    expect((await start()).said).toContain('0.2.0 is in place of 0.3.0');
  });

  it('changes nothing and says nothing when the nodes are there already', async () => {
    const { ours, start } = container();
    await start();
    writeFileSync(join(ours, 'touched'), '');
    expect(await start()).toEqual({ exitCode: 0, said: '' });
    expect(existsSync(join(ours, 'touched'))).toBe(true);
  });

  it('leaves other community packages alone', async () => {
    const { modules, start } = container();
    const others = [join(modules, 'n8n-nodes-other'), join(modules, '@ada', 'n8n-nodes-scoped')];
    for (const other of others) putPackage(other, '1.0.0');
    writeFileSync(join(modules, '..', 'package.json'), '{"dependencies":{"n8n-nodes-other":"1.0.0"}}');
    await start();
    expect(others.map(versionIn)).toEqual(['1.0.0', '1.0.0']);
    expect(readFileSync(join(modules, '..', 'package.json'), 'utf8')).toContain('n8n-nodes-other');
  });

  it('clears what a start that was killed left behind', async () => {
    const { modules, start } = container();
    mkdirSync(join(modules, '.n8n-nodes-aios-new-1'), { recursive: true });
    await start();
    expect(readdirSync(modules)).toEqual(['n8n-nodes-aios']);
  });

  it("shows a worker the packages installed in main's user folder, but its own nodes", async () => {
    const main = container();
    putPackage(join(main.modules, 'n8n-nodes-other'), '1.0.0');
    putPackage(join(main.modules, '@ada', 'n8n-nodes-scoped'), '1.0.0');
    putPackage(main.ours, '0.1.0');
    const worker = container();
    await worker.start(['/docker-entrypoint.sh', 'worker'], { EXECUTIONS_MODE: 'queue', AIOS_OTHER_NODES_DIR: join(main.home, '.n8n', 'nodes') });
    expect(versionIn(join(worker.modules, 'n8n-nodes-other'))).toBe('1.0.0');
    expect(versionIn(join(worker.modules, '@ada', 'n8n-nodes-scoped'))).toBe('1.0.0');
    expect(versionIn(worker.ours)).toBe('0.2.0');
    expect(versionIn(main.ours)).toBe('0.1.0');
  });

  it.each(['worker', 'webhook'])('refuses a %s process where main does not queue, with the line to change', async (kind) => {
    const { exitCode, said } = await container().start(['/docker-entrypoint.sh', kind]);
    expect(exitCode).toBe(1);
    expect(said).toContain(`This ${kind} would get nothing to do: EXECUTIONS_MODE is "regular". Set EXECUTIONS_MODE=queue in .env`);
  });

  it('makes the team its folder', async () => {
    const { root, start } = container();
    await start([], { AIOS_DATA_DIR: join(root, 'aios') });
    expect(existsSync(join(root, 'aios'))).toBe(true);
  });

  it('says whose folder it must be when it cannot write there', async () => {
    const { root, start } = container();
    writeFileSync(join(root, 'file'), '');
    const { exitCode, said } = await start([], { AIOS_DATA_DIR: join(root, 'file', 'aios') });
    expect(exitCode).toBe(1);
    expect(said).toMatch(/^aios: User \d+ cannot write to .*aios \(ENOTDIR\)\. Give the volume or folder behind it to that user: chown -R \d+:\d+ <folder>\.\n$/);
  });
});

describe('the entrypoint', () => {
  it("goes on to n8n's own with the arguments it was given, in the same process", async () => {
    const { image, home } = container();
    const n8n = join(image, 'docker-entrypoint.sh');
    writeFileSync(n8n, '#!/bin/sh\necho "n8n got $* as $$"\n');
    chmodSync(n8n, 0o755);
    const { said } = await runScript('sh', ['-c', `echo "I am $$"; exec ${join(image, 'entrypoint.sh')} ${n8n} worker --concurrency=5`], { HOME: home, EXECUTIONS_MODE: 'queue' });
    const id = /I am (\d+)/.exec(said)![1];
    expect(said).toContain(`n8n got worker --concurrency=5 as ${id}`);
  });

  it('does not start n8n when something is not right', async () => {
    const { image, home } = container();
    const { exitCode, said } = await runScript(join(image, 'entrypoint.sh'), ['echo', 'n8n', 'worker'], { HOME: home });
    expect(exitCode).toBe(1);
    expect(said).not.toContain('n8n worker\n');
  });
});
