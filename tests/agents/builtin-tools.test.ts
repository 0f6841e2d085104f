import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentTool, WebPages, WebSearch } from '../../agents';
import { toolsFor } from '../../agents/builtin-tools';
import { openSandbox } from '../../skills';
import { builtInRoles } from '../support/built-in-roles';
import { scriptedModel } from '../support/scripted-model';
import { delivery, planOf, task } from './drafts';
import { openTestTeam, type TestTeam } from './open-agents';

let team: TestTeam;
beforeEach(() => void (team = openTestTeam(scriptedModel([]))));
afterEach(() => team?.close());

const FILES = ['read_file', 'write_file', 'list_files', 'search_files', 'patch_file'];
const role = (name: string, more = {}) => ({ ...builtInRoles.roles.find((known) => known.role.name === name)!.role, ...more });
const connected = (name: string): AgentTool => ({ name, description: name, schema: {}, local: true, run: async () => 'connected' });
const nothing = { instructions: 'Write a haiku', deliverables: ['haiku.md'] };
const pages = {} as WebPages;
const search = {} as WebSearch;

/** Nothing is run in it. */
const sandboxWhose = ({ holds }: { holds: boolean }) => ({ ...openSandbox(), layers: async () => [{ name: 'process' as const, holds, detail: 'as this test says' }] });

async function names(place: Partial<Parameters<typeof toolsFor>[1]>, web: { pages: WebPages; search?: WebSearch } = { pages }): Promise<string[]> {
  const deps = { workspaces: team.workspaces, sandbox: sandboxWhose({ holds: true }), web, makeId: () => 'id' };
  return (await toolsFor(deps, { role: role('code'), task: nothing, project: undefined, privacy: () => 'internal', connected: [], ...place })).map(({ name }) => name);
}

describe('built-in tools', () => {
  it('cost nothing where they cannot serve', async () => expect(await names({})).toEqual([]));
  it('are files where the run has a project', async () => expect(await names({ project: 'shop' })).toEqual(FILES));
  it('are a sandbox where programs are delivered', async () => expect(await names({ task: { ...nothing, deliverables: ['a.md', 'b.py'] } })).toEqual(['run_code']));

  it('offer no sandbox where it does not hold', async () => {
    const place = { role: role('code'), task: { ...nothing, deliverables: ['b.py'] }, project: undefined, privacy: () => 'internal' as const, connected: [] };
    expect(await toolsFor({ workspaces: team.workspaces, sandbox: sandboxWhose({ holds: false }), web: { pages }, makeId: () => 'id' }, place)).toEqual([]);
  });

  it('are the web for a role that names it, where there is a search or an address', async () => {
    const address = { ...nothing, instructions: 'Sum up https://example.com/a' };
    expect(await names({ role: role('research') }, { pages, search })).toEqual(['web_fetch', 'web_search']);
    expect(await names({ role: role('research'), task: address })).toEqual(['web_fetch']);
    expect(await names({ role: role('research') })).toEqual([]);
    expect(await names({ task: address }, { pages, search })).toEqual([]);
  });

  it('and connected ones are filtered by the list of the role', async () => {
    const place = { project: 'shop', connected: [connected('crm_read'), connected('crm_write')] };
    expect(await names({ ...place, role: role('code', { tools: ['read_*', 'crm_read'] }) })).toEqual(['crm_read', 'read_file']);
    expect(await names({ ...place, role: role('code', { tools: [] }) })).toEqual([]);
    expect(await names(place)).toEqual(['crm_read', 'crm_write', ...FILES]);
  });

  it('give way to a connected one of the same name', async () => {
    const tools = await toolsFor({ workspaces: team.workspaces, sandbox: openSandbox(), web: { pages }, makeId: () => 'id' }, { role: role('code'), task: nothing, project: 'shop', privacy: () => 'internal', connected: [connected('read_file')] });
    expect(tools.filter(({ name }) => name === 'read_file').map(({ description }) => description)).toEqual(['read_file']);
  });

  it('work within the paths of the role, in a run', async () => {
    mkdirSync(join(team.folder, 'roles'));
    writeFileSync(join(team.folder, 'roles', 'clerk.md'), '---\ndescription: Writes\ngoal: Write\npaths: { write: "docs/**" }\n---\n');
    const use = (path: string) => ({ toolCalls: [{ id: path, name: 'write_file', arguments: { path, content: 'x' } }] });
    const model = scriptedModel([{ json: planOf(task('t1', { role: 'clerk', deliverables: ['docs/t1.md'] })) }, use('src/a.md'), use('docs/a.md'), 'Ready.', { json: delivery(['docs/t1.md', 'Hello']) }]);
    const agents = team.withModel(model);
    const { plan } = await agents.plan({ goal: 'Say hello', project: 'shop' }, team.call());
    const [claim] = (await team.board.next([plan.runId], 'execution-1')).ready;
    expect((await agents.work({ task: claim! }, team.call())).result.status).toBe('done');
    const said = model.requests[3]!.messages.filter((message) => message.role === 'tool').map(({ text }) => text);
    expect(said[0]).toMatch(/failed/);
    const files = team.workspaces.open('shop', { name: 'test' }).files;
    expect((await files.list()).map(({ path }) => path)).toEqual(['docs/a.md']);
  });
});
