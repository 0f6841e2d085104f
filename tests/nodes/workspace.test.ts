import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import { systemClock } from '../../kernel';
import { openSqliteApprovals } from '../../runs';
import { openSqlite } from '../../storage';
import { openTeam } from '../../team';
import { useNodeHost } from '../support/node-host';
import { ourNodeTypes } from '../support/our-nodes';
import { chain, itemsOf, runWorkflow, type WorkflowJson } from '../support/run-workflow';
import { sourceOf } from '../support/test-nodes';

let host: ReturnType<typeof useNodeHost>;
beforeEach(() => {
  host = useNodeHost({ OLLAMA_HOST: 'http://127.0.0.1:9' });
});
afterEach(() => host.restore());

type Step = { name: string; parameters: object; onError?: 'continueRegularOutput' };

async function steps(all: Step[], items: IDataObject[] = [{}]) {
  const nodes = [{ name: 'Source', type: 'source', parameters: {} }, ...all.map((step) => ({ type: 'n8n-nodes-aios.workspace', ...step }))];
  const json = { nodes, connections: chain(...nodes.map(({ name }) => name)) } as unknown as WorkflowJson;
  const run = await runWorkflow(json, { nodeTypes: { ...ourNodeTypes, source: sourceOf(items) } });
  return { error: run.data.resultData.error, last: itemsOf(run, all.at(-1)!.name), of: (name: string) => itemsOf(run, name) };
}
const one = async (parameters: object, items?: IDataObject[], more: Partial<Step> = {}) => await steps([{ name: 'Workspace', parameters, ...more }], items);

/** What an approver's token does by HTTP. */
async function approveAll(): Promise<void> {
  const { team, release } = await openTeam(undefined, { userFolder: host.userFolder, environment: process.env, log() {} });
  const database = openSqlite(join(host.userFolder, '.n8n/aios/default/team.sqlite'));
  const decisions = openSqliteApprovals({ database, clock: systemClock }).approvals;
  for (const { id, hash } of await team.approvals.list({ status: 'open', limit: 10 })) await decisions.decide({ id, hash, decision: 'approve', by: 'ada' });
  database.close();
  release();
}

it('does something useful untouched: writes a sample file, in its project alone', async () => {
  const { last } = await one({});
  expect(last).toMatchObject([{ json: { project: 'playground', path: 'outputs/hello.md', author: expect.stringMatching(/^workflow/) }, pairedItem: { item: 0 } }]);
  expect(readFileSync(join(host.userFolder, '.n8n/aios/default/workspaces/playground/outputs/hello.md'), 'utf8')).toBe('Hello from the workspace.');
});

it('writes, commits, shows what changed, and reads as text and binary', async () => {
  const { of, error } = await steps([
    { name: 'Write', parameters: { path: 'a.md', content: 'one\n' } },
    { name: 'Commit', parameters: { resource: 'version', operation: 'commit', message: 'first' } },
    { name: 'Again', parameters: { path: 'a.md', content: 'two\n' } },
    { name: 'Diff', parameters: { resource: 'version', operation: 'diff' } },
    { name: 'Read', parameters: { operation: 'read', path: 'a.md' } },
    { name: 'Same', parameters: { resource: 'version', operation: 'commit' } },
    { name: 'Nothing', parameters: { resource: 'version', operation: 'commit' } },
  ]);
  expect(error).toBeUndefined();
  expect(of('Commit')[0]?.json).toMatchObject({ committed: true, commit: expect.stringMatching(/^[0-9a-f]{40}$/), files: ['a.md'] });
  expect(of('Diff')[0]?.json).toMatchObject({ changed: true, files: [{ path: 'a.md', change: 'changed' }], diff: expect.stringContaining('-one\n+two\n') });
  expect(of('Read')[0]).toMatchObject({ json: { content: 'two\n', bytes: 4 }, binary: { data: { fileName: 'a.md', mimeType: 'text/markdown' } } });
  expect(of('Nothing')[0]?.json).toMatchObject({ committed: false, commit: '' });
});

it('writes no file of an expression that finds nothing, an object as JSON, and an empty text as it is', async () => {
  const content = '={{ $json.content }}';
  expect((await one({ path: 'a.md', content }, [{}])).error?.message).toBe('"Text" is nothing, so no file was written.');
  expect((await one({ operation: 'read', path: 'a.md' })).error).toMatchObject({ message: 'There is no file "a.md".', description: expect.not.stringContaining('run') });
  const { error } = await one({ path: '={{ $json.path }}', content }, [{ path: 'b.json', content: { port: 8081 } }, { path: 'c.md', content: '' }]);
  expect(error).toBeUndefined();
  expect((await one({ operation: 'read', path: 'b.json' })).last[0]?.json.content).toBe('{\n  "port": 8081\n}');
  expect((await one({ operation: 'read', path: 'c.md' })).last[0]?.json).toMatchObject({ bytes: 0 });
});

it('lists and searches, with paths that may be used', async () => {
  await one({ path: '={{ $json.path }}', content: '={{ $json.path }} has a needle' }, [{ path: 'src/a.ts' }, { path: 'docs/b.md' }]);
  expect((await one({ operation: 'list', globs: 'src/**, nothing' })).last[0]?.json).toMatchObject({ count: 1, files: [{ path: 'src/a.ts' }] });
  expect((await one({ operation: 'search', query: 'NEED.e', isRegex: true, options: { ignoreCase: true, readPaths: 'docs/**' } })).last[0]?.json).toMatchObject({ count: 1, matches: [{ path: 'docs/b.md', line: 1 }] });
});

it('gives each item its own answer: a path that leaves is an error of its item alone', async () => {
  const items = [{ path: 'skills/x.md' }, { path: '/etc/passwd' }, { path: '../../secrets.txt' }, { path: '.git/config' }, { path: 'outputs/y.md' }];
  const { last } = await one({ path: '={{ $json.path }}', content: 'x' }, items, { onError: 'continueRegularOutput' });
  expect(last.map(({ json }) => (json.error as IDataObject | undefined)?.code ?? json.path)).toEqual(['skills/x.md', 'PATH_REFUSED', 'PATH_REFUSED', 'PATH_REFUSED', 'outputs/y.md']);
  expect(last.map(({ pairedItem }) => pairedItem)).toEqual(items.map((_, item) => ({ item })));
  expect((await one({ project: '../../etc' })).error).toMatchObject({ message: expect.stringContaining('The project "../../etc" is refused') });
  expect((await one({ path: 'src/a', options: { writePaths: 'docs/**' } })).error).toMatchObject({ message: expect.stringContaining('may not write') });
});

it('fails when the file was changed meanwhile, or is there already', async () => {
  const { last } = await one({ path: 'a', content: '1' });
  await one({ path: 'a', content: '2' });
  expect((await one({ path: 'a', content: '3', options: { expectedVersion: String(last[0]!.json.version) } })).error).toMatchObject({ message: expect.stringContaining('has changed meanwhile') });
  expect((await one({ path: 'a', content: '3', options: { onlyNew: true } })).error).toMatchObject({ message: expect.stringContaining('no file was expected') });
});

it('carries a project over as a snapshot, once a person has said yes', async () => {
  await one({ path: 'keep.md', content: 'kept' });
  const parameters = [
    { name: 'Snapshot', parameters: { resource: 'version', operation: 'snapshot' } },
    { name: 'Bring Back', parameters: { resource: 'version', operation: 'restore', restoreFrom: 'snapshot', project: 'copy' } },
  ];
  const first = await steps(parameters);
  expect(first.of('Snapshot')[0]?.binary?.data).toMatchObject({ fileName: 'playground.zip', mimeType: 'application/zip' });
  expect(first.error).toMatchObject({ message: expect.stringContaining('waits for a person') });
  await approveAll();
  expect((await steps(parameters)).last[0]?.json).toMatchObject({ project: 'copy', written: ['keep.md'], deleted: [] });
});

describe('what is risky', () => {
  const DELETE = { operation: 'delete', path: 'a.md' };
  const file = () => join(host.userFolder, '.n8n/aios/default/workspaces/playground/a.md');

  it('waits for a yes to exactly this change of exactly this file, once', async () => {
    await one({ path: 'a.md', content: '1' });
    expect((await one(DELETE)).error).toMatchObject({ message: expect.stringMatching(/waits for a person to approve: workflow.* wants to delete a\.md in project playground \(approval [0-9a-f]{32}\)/) });
    expect(existsSync(file())).toBe(true);
    await approveAll();
    await one({ path: 'a.md', content: '2' });
    expect((await one(DELETE)).error).toMatchObject({ message: expect.stringContaining('waits for a person') });
    await one({ path: 'a.md', content: '1' });
    expect((await one(DELETE)).last[0]?.json).toMatchObject({ deleted: true });
    expect(existsSync(file())).toBe(false);
    await one({ path: 'a.md', content: '1' });
    expect((await one(DELETE)).error).toMatchObject({ message: expect.stringContaining('waits for a person') });
  });

  it("is writing over somebody else's file, and not over one's own", async () => {
    await one({ path: 'a.md', content: '1', options: { author: 'backend' } });
    expect((await one({ path: 'a.md', content: '2', options: { author: 'backend' } })).error).toBeUndefined();
    expect((await one({ path: 'a.md', content: '3', options: { author: 'frontend' } })).error).toMatchObject({ message: expect.stringContaining('last written by somebody else') });
  });

  it('needs nobody where the team says so in its policy', async () => {
    const folder = join(host.userFolder, '.n8n/aios/default');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'approvals.yaml'), 'autoApprove: [fileChange]\n');
    await one({ path: 'a.md', content: '1' });
    expect((await one(DELETE)).last[0]?.json).toMatchObject({ deleted: true });
  });
});
