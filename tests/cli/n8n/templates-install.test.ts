import { commands, readTemplates, runAios, withMark } from '../../../cli';
import { n8nAddress } from '../../../cli/n8n/address';
import type { JsonServer } from '../../support/json-server';
import { startN8nApi, type N8nApi } from '../../support/n8n-api-server';
import { recordingTerminal } from '../../support/recording-terminal';

let api: N8nApi;
let server: JsonServer;
beforeEach(async () => {
  api = { workflows: [], credentials: [], hasNodes: true, hasEditor: true };
  server = await startN8nApi(api);
});
afterEach(async () => await server.close());

async function install(args: string[] = [], environment: Record<string, string> = { N8N_URL: server.url, N8N_API_KEY: 'key-1' }) {
  const terminal = recordingTerminal();
  const exitCode = await runAios(['templates', 'install', ...args], commands, { terminal, environment, signal: new AbortController().signal });
  return { exitCode, out: terminal.out.join('\n'), said: terminal.said.join('\n') };
}

const outcomes = async (...args: string[]) => (await install(['--json', ...args])).out.split('\n').map((line) => JSON.parse(line) as { event: string; outcome: string }).filter(({ event }) => event === 'template').map(({ outcome }) => outcome);
const workflow = (name: string) => api.workflows.find((candidate) => candidate.name === name)!;
const credentialIds = () => [...new Set(api.workflows.flatMap(({ nodes }) => nodes.flatMap(({ credentials }) => credentials?.aiosTeamApi?.id ?? [])))];

describe('aios templates install', () => {
  it('creates every template once and names their addresses', async () => {
    const { exitCode, out } = await install();
    expect(exitCode).toBe(0);
    expect(api.workflows.map(({ name }) => name)).toEqual(readTemplates().map(({ body }) => body.name));
    for (const { id, name } of api.workflows) expect(out).toContain(`created    ${name}\n           ${server.url}/workflow/${id}`);
  });

  it('changes nothing when called again', async () => {
    await install();
    const before = structuredClone(api.workflows);
    expect(await outcomes()).toEqual(readTemplates().map(() => 'unchanged'));
    expect(api.workflows).toEqual(before);
  });

  it('sends the same bytes wherever it is called', async () => {
    await install(['--only', '01-team-pipeline']);
    api.workflows = [];
    await install(['--only', '01-team-pipeline']);
    const [first, second] = server.requests.filter(({ method }) => method === 'POST').map(({ body }) => body);
    expect(second).toBe(first);
  });

  it('brings a newer version of what nobody touched, with the credentials and pinned data of the editor', async () => {
    await install();
    const pipeline = workflow('AIOS Team Pipeline');
    // As if an older version of the package had installed it: an older title, with its own mark.
    Object.assign(pipeline, withMark('01-team-pipeline', { ...pipeline, settings: { executionOrder: 'v0' } }));
    pipeline.nodes[2]!.credentials = { aiosTeamApi: { id: 'mine', name: 'Mine' } };
    pipeline.pinData = { Mine: [{ json: { kept: true } }] };
    api.credentials = [{ id: 'mine', name: 'Mine', type: 'aiosTeamApi' }];
    expect(await outcomes('--only', '01-team-pipeline')).toEqual(['updated']);
    expect(pipeline.settings).toEqual({ executionOrder: 'v1' });
    expect(pipeline.pinData).toEqual({ Mine: [{ json: { kept: true } }] });
    expect(pipeline.nodes[2]!.credentials).toEqual({ aiosTeamApi: { id: 'mine', name: 'Mine' } });
  });

  it.each<[string, (name: string) => void]>([
    ['changed a parameter', (name) => (workflow(name).nodes.find(({ type }) => type.startsWith('n8n-nodes-aios.'))!.parameters = { goal: 'mine' })],
    ['moved a node', (name) => (workflow(name).nodes[0]!.position = [1, 2])],
    ['renamed it', (name) => (workflow(name).name = 'Mine')],
    ['added a node', (name) => workflow(name).nodes.push({ name: 'Mine', type: 'n8n-nodes-base.noOp' })],
    ['chosen other settings', (name) => (workflow(name).settings = { executionOrder: 'v1', errorWorkflow: 'x' })],
    ['written over the mark', (name) => (workflow(name).nodes.find(({ notes }) => notes)!.notes = 'my note')],
    ['archived it', (name) => (workflow(name).isArchived = true)],
  ])('leaves a workflow alone when the user has %s, and makes no second one', async (_what, edit) => {
    await install();
    edit('AIOS Team Pipeline');
    const before = structuredClone(api.workflows);
    expect(await outcomes('--only', '01-team-pipeline')).toEqual(['kept']);
    expect(api.workflows).toEqual(before);
  });

  it('does not take for an edit what n8n fills in by itself', async () => {
    await install();
    for (const stored of api.workflows) Object.assign(stored.settings, { callerPolicy: 'workflowsFromSameOwner', availableInMCP: false });
    expect(await outcomes()).toEqual(readTemplates().map(() => 'unchanged'));
  });

  it('takes over what came by "Import from file", unless it differs', async () => {
    const [pipeline, ask] = readTemplates().map(({ body }, index) => ({ ...structuredClone(body), id: `file-${index}`, active: false }));
    ask!.nodes[0]!.position = [1, 2];
    api.workflows = [pipeline!, ask!];
    expect(await outcomes('--only', '01-team-pipeline', '--only', '02-ask-the-router')).toEqual(['updated', 'kept']);
    expect(api.workflows).toHaveLength(2);
  });

  it('leaves a foreign workflow alone', async () => {
    api.workflows = [{ id: 'x', name: 'Payroll', active: true, nodes: [], connections: {}, settings: {} }];
    await install();
    expect(workflow('Payroll')).toEqual({ id: 'x', name: 'Payroll', active: true, nodes: [], connections: {}, settings: {} });
    expect(api.workflows).toHaveLength(readTemplates().length + 1);
  });

  it('publishes with --publish what needs it, and only that', async () => {
    await install(['--publish']);
    expect(api.workflows.filter(({ active }) => active).map(({ name }) => name)).toEqual(['AIOS HTTP API', 'AIOS Sweeper']);
  });

  it('goes on when one template cannot be published, and exits with 1', async () => {
    api.instead = ({ path }) => (path.endsWith('/publish') ? { status: 409, json: { message: 'There is a conflict with one of the webhooks.' } } : undefined);
    const { exitCode, said } = await install(['--publish']);
    expect(exitCode).toBe(1);
    expect(api.workflows).toHaveLength(readTemplates().length);
    expect(said).toContain('Another published workflow has the same address');
  });
});

describe('the credential', () => {
  it('is "AIOS Team" when there is exactly one', async () => {
    api.credentials = [{ id: 'c1', name: 'AIOS Team', type: 'aiosTeamApi' }, { id: 'c2', name: 'Other', type: 'aiosTeamApi' }, { id: 'c3', name: 'AIOS Team', type: 'slackApi' }];
    await install();
    expect(credentialIds()).toEqual(['c1']);
  });

  it('made after the first call is given to the nodes by the next one', async () => {
    await install();
    api.credentials = [{ id: 'c1', name: 'AIOS Team', type: 'aiosTeamApi' }];
    expect(await outcomes('--only', '01-team-pipeline')).toEqual(['updated']);
    expect(credentialIds()).toEqual(['c1']);
  });

  it.each([
    ['there is none', []],
    ['there are two', ['c1', 'c2']],
  ])('is left out, key and all, when %s', async (_what, ids) => {
    api.credentials = ids.map((id) => ({ id, name: 'AIOS Team', type: 'aiosTeamApi' }));
    const { exitCode, said } = await install();
    expect(exitCode).toBe(0);
    expect(api.workflows.flatMap(({ nodes }) => nodes.filter((node) => 'credentials' in node))).toEqual([]);
    expect(said).toContain('new nodes got none');
  });

  it('is left out when the key may not list credentials, and said so', async () => {
    api.instead = ({ path }) => (path.endsWith('/credentials') ? { status: 403, json: { message: 'Forbidden' } } : undefined);
    const { exitCode, said } = await install();
    expect(exitCode).toBe(0);
    expect(said).toContain('scope "credential:list"');
  });

  it('can be chosen by name or id; one that is not there is an error', async () => {
    api.credentials = [{ id: 'c1', name: 'Mine', type: 'aiosTeamApi' }, { id: 'c2', name: 'Mine', type: 'aiosTeamApi' }];
    expect((await install(['--team-credential', 'Mine'])).said).toContain('Give the id of one: c1, c2.');
    expect((await install(['--team-credential', 'Nobody'])).said).toContain('There is no AIOS Team API credential "Nobody".');
    expect(api.workflows).toEqual([]);
    await install(['--team-credential', 'c2']);
    expect(credentialIds()).toEqual(['c2']);
  });
});

describe('what stands in the way', () => {
  it('is said before anything is changed when the nodes are not there', async () => {
    api.hasNodes = false;
    const { exitCode, said } = await install();
    expect(exitCode).toBe(1);
    expect(said).toContain('Settings → Community nodes');
    expect(api.workflows).toEqual([]);
  });

  it('cannot be seen in an n8n without its editor, so it goes on', async () => {
    Object.assign(api, { hasNodes: false, hasEditor: false });
    expect((await install()).exitCode).toBe(0);
  });

  it.each<[string, string[], Record<string, string> | undefined, string]>([
    ['a wrong key', ['--key', 'wrong'], undefined, 'n8n refused the API key'],
    ['a wrong path', [], { path: '/elsewhere' }, "is not n8n's API"],
    ['nobody there', ['--n8n', 'http://127.0.0.1:9'], undefined, 'n8n did not answer'],
  ])('%s', async (_what, args, place, words) => {
    const { exitCode, said } = await install(args, { N8N_URL: `${server.url}${place?.path ?? ''}`, N8N_API_KEY: 'key-1' });
    expect(exitCode).toBe(1);
    expect(said).toContain(words);
    expect(said).not.toContain('key-1');
  });

  it.each<[string, { status: number; headers?: Record<string, string>; json?: object; body?: string }, string]>([
    ['a missing scope', { status: 403, json: { message: 'Forbidden' } }, 'Give the key these scopes'],
    ['another server', { status: 200, body: '<html>router</html>' }, "is not n8n's API"],
    ['a redirect, which would carry the key elsewhere', { status: 301, headers: { location: 'https://n8n.example/' } }, 'it sends us on to https://n8n.example/'],
    ['an n8n in trouble', { status: 500, json: { message: 'database is locked' } }, 'database is locked'],
    ['an answer that ends in the middle', { status: 200, headers: { 'content-encoding': 'gzip' }, body: 'this is no gzip at all' }, 'n8n did not answer GET'],
  ])('%s', async (_what, refusal, words) => {
    api.instead = () => refusal;
    const { exitCode, said } = await install();
    expect(exitCode).toBe(1);
    expect(said).toContain(words);
  });

  it.each<[string, string[], Record<string, string>, string]>([
    ['no address', [], { N8N_API_KEY: 'k' }, 'Which n8n?'],
    ['no key', [], { N8N_URL: 'http://n8n:5678' }, 'An API key of n8n is needed.'],
    ['half an address', ['--n8n', 'n8n:5678'], { N8N_API_KEY: 'k' }, 'is no address'],
    ['a password in the address', ['--n8n', 'http://a:b@n8n:5678'], { N8N_API_KEY: 'k' }, 'user name or password'],
    ['an unknown template', ['--only', '99'], { N8N_URL: 'http://n8n:5678', N8N_API_KEY: 'k' }, 'There is no template "99". There are 01-team-pipeline'],
    ['a key with a line break', ['--key', 'a\nb'], { N8N_URL: 'http://n8n:5678' }, 'spaces or characters'],
  ])('%s is a wrong call', async (_what, args, environment, words) => {
    const { exitCode, said } = await install(args, environment);
    expect(exitCode).toBe(2);
    expect(said).toContain(words);
  });
});

it.each([
  ['http://localhost:5678/', 'http://localhost:5678'],
  ['http://localhost:5678/home/workflows', 'http://localhost:5678'],
  ['https://example.com/n8n/workflow/abc?x=1#y', 'https://example.com/n8n'],
  ['http://localhost:5678/webhook/aios/tasks', 'http://localhost:5678'],
])('takes the address as copied from the browser: %s', (text, address) => expect(n8nAddress(text)).toBe(address));
