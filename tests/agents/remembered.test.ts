import { agentMemory, type AgentMemory } from '../../agents';
import { CancelledError, silentLogger, type Logger } from '../../kernel';
import type { JournalStore } from '../../runs';
import { scriptedModel, type ScriptedAnswer } from '../support/scripted-model';
import { delivery, judgement, planOf, task } from './drafts';
import { openTestTeam, type TestTeam } from './open-agents';

let team: TestTeam;
afterEach(() => team?.close());

const GOAL = 'Write the opening hours of the library as hours.txt';
const passed: ScriptedAnswer[] = [{ json: planOf(task('t1', { title: 'Opening hours of the library', instructions: 'Write the opening hours of the library', acceptance: [{ id: 'a1', text: 'kind', check: null }] })) }, { json: delivery(['hours.txt', '9 to 18']) }, { json: judgement({ a1: 'pass' }) }];
const failed: ScriptedAnswer[] = [passed[0]!, passed[1]!, { json: judgement({ a1: 'fail' }) }];

async function run(agents = team.agents, more = {}) {
  const { plan } = await agents.plan({ goal: GOAL }, team.call(more));
  const claim = (await team.board.next([plan.runId], 'execution-1')).ready[0]!;
  await agents.work({ task: claim }, team.call(more));
  const { verdict } = await agents.review(claim, team.call(more));
  team.clock.advance(60_000);
  return { runId: plan.runId, claim, verdict };
}
const question = (request: { messages: Array<{ text: string }> }) => request.messages.at(-1)!.text;

it('CTO, specialist and QA see what the team remembers of similar work, quoted and within the budget', async () => {
  const model = scriptedModel([...passed, ...passed]);
  team = openTestTeam(model);
  await run();
  for (const request of model.requests) expect(question(request)).not.toContain('From the memory');
  await run();
  for (const request of model.requests.slice(3)) {
    const remembered = question(request).split('From the memory of the team.')[1]!;
    expect(remembered).toContain('> Task for backend: Opening hours of the library');
    expect(remembered).toContain('> Outcome: passed at attempt 1');
    expect(remembered.length / 4).toBeLessThanOrEqual(400);
  }
});

it('what was there when work passed is ranked up, what was there when it failed down', async () => {
  team = openTestTeam(scriptedModel([...passed, ...passed, ...failed]));
  await run();
  const traces = async () => (await team.memory.recall({ query: 'library', kinds: ['trace'] }, new AbortController().signal)).items.map(({ item }) => item);
  expect(await traces()).toMatchObject([{ outcomes: { passed: 0, failed: 0 }, provenance: { role: 'backend', taskId: 't1' }, scope: { level: 'team' } }]);
  await run();
  expect((await traces()).map(({ outcomes }) => outcomes.passed)).toContain(1);
  await run();
  expect((await traces()).map(({ outcomes }) => outcomes.failed)).toContain(1);
});

it('judges what stood in the plan by how the run ended, once', async () => {
  team = openTestTeam(scriptedModel([...passed, { text: 'One.' }, ...passed, { text: 'Two.' }]));
  const fact = { text: 'The library of the town writes its opening hours with a dash.', kind: 'fact' as const, scope: { level: 'role' as const, of: 'cto' } };
  const [{ id } = { id: '' }] = await team.memory.remember([fact], new AbortController().signal);
  team.clock.advance(60_000);
  const { runId } = await run();
  await team.agents.report(runId, team.call());
  await team.agents.report(runId, team.call());
  const [item] = await team.memory.list({ ids: [id] }, 1);
  expect(item!.outcomes).toEqual({ passed: 1, failed: 0 });
});

it('judges it once also where n8n dies on the way to the end of the run', async () => {
  const model = scriptedModel([...passed, { text: 'One.' }]);
  team = openTestTeam(model);
  const fact = { text: 'The library of the town writes its opening hours with a dash.', kind: 'fact' as const, scope: { level: 'role' as const, of: 'cto' } };
  const [{ id } = { id: '' }] = await team.memory.remember([fact], new AbortController().signal);
  team.clock.advance(60_000);
  const { runId } = await run();
  const dying: AgentMemory = { ...agentMemory(team.memory, silentLogger), noteOutcome: async () => await Promise.reject(new CancelledError()) };
  await expect(team.withModel(model, { memory: dying }).report(runId, team.call())).rejects.toMatchObject({ code: 'CANCELLED' });
  expect((await team.agents.report(runId, team.call())).status).toBe('done');
  const [item] = await team.memory.list({ ids: [id] }, 1);
  expect(item!.outcomes).toEqual({ passed: 1, failed: 0 });
});

it('asks the memory with no half of a key that stands in the goal', async () => {
  const model = scriptedModel(passed);
  team = openTestTeam(model);
  const queries: string[] = [];
  const memory: AgentMemory = agentMemory({ ...team.memory, assemble: async (request, signal) => (queries.push(request.query), await team.memory.assemble(request, signal)) }, silentLogger);
  const key = `sk-ant-api03-${'Zq7'.repeat(31)}-AAAA`;
  await team.withModel(model, { memory }).plan({ goal: `${'Write the hours. '.repeat(116)}My key is ${key}` }, team.call());
  expect(queries.join()).toContain('Write the hours');
  expect(queries.join()).not.toContain('sk-ant');
});

it('is journaled: what was recalled before a crash stands in the prompt after it, whatever was forgotten meanwhile', async () => {
  const model = scriptedModel([...passed, passed[0]!, passed[1]!, passed[1]!]);
  team = openTestTeam(model);
  await run();
  const { plan } = await team.agents.plan({ goal: GOAL }, team.call());
  const claim = (await team.board.next([plan.runId], 'execution-1')).ready[0]!;
  const { find, begin, finish } = team.journalStore;
  const cut: JournalStore = { find, begin, finish: async (lease, key, output) => (key === 't1/1/1' ? Promise.reject(new CancelledError()) : await finish(lease, key, output)) };
  await expect(team.withModel(model, { journalStore: cut }).work({ task: claim }, team.call())).rejects.toMatchObject({ code: 'CANCELLED' });
  await team.memory.forget({}, await team.memory.count({}));
  await team.agents.work({ task: claim }, team.call());
  const [before, after] = model.requests.slice(-2);
  expect(question(after!)).toContain('From the memory');
  expect(after!.messages).toEqual(before!.messages);
});

it('recalls nothing and remembers nothing where it is switched off', async () => {
  const model = scriptedModel([...passed, ...passed]);
  team = openTestTeam(model);
  await run(team.agents, { memoryTokens: 0 });
  expect(await team.memory.count({})).toBe(0);
});

it('gives a run nothing stricter than its own label', async () => {
  const model = scriptedModel(passed);
  team = openTestTeam(model);
  await team.memory.remember([{ text: 'The library pays its opening hours with card 4111 1111 1111 1111.', kind: 'fact', scope: { level: 'team' } }], new AbortController().signal);
  team.clock.advance(60_000);
  await run();
  expect(JSON.stringify(model.requests)).not.toContain('4111');
});

it('a memory that fails fails no run, and says so once', async () => {
  const lines: string[] = [];
  const log: Logger = { ...silentLogger, warn: (message) => void lines.push(message) };
  team = openTestTeam(scriptedModel([]));
  const down = async (): Promise<never> => Promise.reject(new RangeError('disk'));
  const memory: AgentMemory = agentMemory({ ...team.memory, assemble: down, remember: down, noteOutcome: down }, log);
  const { verdict } = await run(team.withModel(scriptedModel(passed), { memory }));
  expect([verdict.passed, lines]).toEqual([true, [expect.stringMatching(/^The agents work without the memory/)]]);
});
