import type { AgentTool, ChatTurn, ConflictSide } from '../../agents';
import { estimatePromptTokens, type ModelRequest } from '../../router';
import { answeringModel, scriptedModel } from '../support/scripted-model';
import { delivery, judgement, planOf, task } from './drafts';
import { openTestTeam, type TestTeam } from './open-agents';

let team: TestTeam;
afterEach(() => team?.close());

/** Of a window of 4,096 tokens; the rest is for the answer. */
const MOST_TOKENS = 3_100;

const GOAL = `Build a small REST API for to-do lists in Python with FastAPI and SQLite: create, list, change and delete items, with due dates and tags; every answer is JSON, faults are problem details. Tests with pytest for each endpoint, a Dockerfile, and a README that says how to start it. ${'It must be possible to run it on one machine without any account. '.repeat(6)}`;
const CODE = `from fastapi import FastAPI, HTTPException\n\n${Array.from({ length: 120 }, (_, index) => `@app.get("/items/${index}")\ndef item_${index}(limit: int = 10) -> dict:\n    return {"id": ${index}, "limit": limit}\n`).join('\n')}`;
const ACCEPTANCE = Array.from({ length: 5 }, (_, index) => ({ id: `a${index + 1}`, text: `Endpoint number ${index + 1} answers with JSON and the right status, and says so in its documentation.`, check: { kind: 'file', path: 't1.py', contains: `item_${index}`, required: true } }));
const INSTRUCTIONS = 'Write the endpoints with their models and keep the data in SQLite through one module. '.repeat(12);

const longTask = (id: string, dependsOn: string[] = []) => task(id, { dependsOn, instructions: INSTRUCTIONS, deliverables: [`${id}.py`], acceptance: id === 't1' ? ACCEPTANCE : [{ id: 'a1', text: 'It does what it is for.', check: null }] });
const PLAN = { ...planOf(longTask('t1'), longTask('t2'), longTask('t3', ['t1', 't2'])), decisions: Array.from({ length: 8 }, (_, index) => ({ scope: 'project', text: `Decision ${index + 1}: names of files are in lower case, and every module has one purpose that its first line says.` })) };

const reader: AgentTool = { name: 'read_file', description: 'Reads a file of the project.', schema: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] }, local: true, repeat: 'freely', run: async (args) => `${String(args.path)}\n${CODE}` };

/** Plays a whole run: three tasks, one refused at first, eight files read for each. @returns the largest prompt of each kind, in tokens */
async function largestPrompts(windowTokens: number): Promise<Record<string, number>> {
  const reads = new Map<string, number>();
  const model = answeringModel((request) => answerTo(request, reads));
  team = openTestTeam(model);
  team.host.windowTokens = windowTokens;
  const { plan } = await team.agents.plan({ goal: GOAL }, team.call());
  for (let wave = 0; wave < 5; wave++) {
    const { ready } = await team.board.next([plan.runId], 'execution-1');
    for (const claim of ready) {
      await team.agents.work({ task: claim }, team.call({ tools: [reader] }));
      await team.agents.review(claim, team.call());
    }
  }
  await team.agents.report(plan.runId, team.call());
  const largest: Record<string, number> = {};
  for (const request of model.requests) largest[kindOf(request)] = Math.max(largest[kindOf(request)] ?? 0, estimatePromptTokens(request));
  return largest;
}

function answerTo(request: ModelRequest, reads: Map<string, number>) {
  const { taskId = '', attempt = 0 } = request.facts;
  if (request.schema?.name === 'aios_plan') return { json: PLAN };
  if (request.schema?.name === 'aios_verdict') return { json: judgement(Object.fromEntries(['a1', 'a2', 'a3', 'a4', 'a5'].map((id) => [id, taskId === 't3' && attempt === 1 ? 'fail' as const : 'pass' as const])), Array.from({ length: 12 }, (_, index) => `Finding ${index}: ${'mend the way it answers; '.repeat(8)}`)) };
  if (request.schema) return { json: delivery([`${taskId}.py`, CODE], [`${taskId}.md`, CODE]) };
  if (!request.tools?.length) return { text: 'All is done.' };
  const key = `${taskId}/${attempt}`;
  const count = (reads.get(key) ?? 0) + 1;
  reads.set(key, count);
  return count > 6 ? { text: 'I know enough.' } : { toolCalls: [{ id: `${key}/${count}`, name: 'read_file', arguments: { path: `src/${count}.py` } }] };
}

function kindOf({ schema, tools, facts }: ModelRequest): string {
  if (schema?.name === 'aios_plan') return 'plan';
  if (schema?.name === 'aios_verdict') return 'review';
  if (tools?.length) return facts.attempt! > 1 ? 'rework with tools' : 'work with tools';
  if (schema) return facts.attempt! > 1 ? 'last answer of rework' : 'last answer of work';
  return 'report';
}

it('every kind of prompt fits a window of 4,096 tokens with room for its answer', async () => {
  const largest = await largestPrompts(4_096);
  expect(Object.keys(largest).sort()).toEqual(['last answer of rework', 'last answer of work', 'plan', 'report', 'review', 'rework with tools', 'work with tools']);
  expect(Object.fromEntries(Object.entries(largest).filter(([, tokens]) => tokens > MOST_TOKENS))).toEqual({});
});

it('models that hold more are shown more', async () => {
  const largest = await largestPrompts(32_768);
  expect(largest['work with tools']).toBeGreaterThan(MOST_TOKENS);
  expect(Math.max(...Object.values(largest))).toBeLessThan(7_200);
});

it('asking again leaves room for the answer, however long the one that cannot be used was', async () => {
  const model = answeringModel(({ messages }) => (messages.length === 2 ? { text: `{"status": "done", "summary": ${'"tea, and more tea", '.repeat(900)}` } : { json: delivery(['tea.md', 'Tea']) }));
  team = openTestTeam(model);
  team.host.windowTokens = 4_096;
  const { result } = await team.agents.work({ goal: GOAL, role: 'research' }, team.call());
  expect(result.status).toBe('done');
  expect(model.requests).toHaveLength(2);
  expect(estimatePromptTokens(model.requests[1]!)).toBeLessThanOrEqual(MOST_TOKENS);
  expect(model.requests[1]!.messages.at(-2)!.text).toMatch(/characters are not shown\]$/);
});

const CHINESE = '这是一家茶叶商店的网站，需要商品目录和购物车。';

it('a long talk in Chinese fits as well, with its latest turns', async () => {
  const model = scriptedModel([{ json: { status: 'ready', goal: '一家茶叶商店', reply: '好的。', questions: [] } }]);
  team = openTestTeam(model);
  const history = Array.from({ length: 40 }, (_, index): ChatTurn => ({ from: index % 2 === 0 ? 'person' : 'team', text: `${index} ${CHINESE.repeat(20)}` }));
  await team.agents.chat({ message: CHINESE, memory: { local: true, read: async () => history, add: async () => {} } }, team.call());
  expect(estimatePromptTokens(model.requests[0]!)).toBeLessThanOrEqual(MOST_TOKENS);
  expect(model.requests[0]!.messages.at(-2)!.text).toMatch(/^39 /);
});

it('so does what a report in Chinese is made of', async () => {
  const model = answeringModel((request) => (request.schema?.name === 'aios_plan' ? { json: planOf(...Array.from({ length: 12 }, (_, index) => task(`t${index + 1}`, { title: CHINESE.repeat(3), instructions: CHINESE }))) } : request.schema ? { json: { ...delivery(['a.md', CHINESE]), summary: CHINESE.repeat(30), status: 'blocked', reason: CHINESE.repeat(10) } } : { text: '完成。' }));
  team = openTestTeam(model);
  const { plan } = await team.agents.plan({ goal: CHINESE.repeat(100) }, team.call());
  for (const claim of (await team.board.next([plan.runId], 'execution-1')).ready) await team.agents.work({ task: claim }, team.call());
  await team.agents.report(plan.runId, team.call());
  expect(model.requests.at(-1)!.schema).toBeUndefined();
  expect(estimatePromptTokens(model.requests.at(-1)!)).toBeLessThanOrEqual(MOST_TOKENS);
});

describe('a conflict in Chinese', () => {
  const sides = [1, 2].map((number) => ({ label: `${number}`, summary: CHINESE.repeat(60), files: [{ path: 'shop.md', content: `${number} ${CHINESE.repeat(200)}` }, { path: `${number}.md`, content: CHINESE.repeat(100) }] })) as [ConflictSide, ConflictSide];
  const asked = async (windowTokens: number) => {
    const model = scriptedModel([{ json: { choice: 'first', reason: '第一个对。', instructions: null, files: null } }]);
    team = openTestTeam(model);
    team.host.windowTokens = windowTokens;
    await team.agents.arbitrate({ goal: CHINESE.repeat(60), sides }, team.call());
    return model.requests[0]!;
  };

  it('fits a window of 4,096 tokens, where nobody merges what he has not seen whole', async () => {
    const request = await asked(4_096);
    expect(estimatePromptTokens(request)).toBeLessThanOrEqual(MOST_TOKENS);
    expect(JSON.stringify(request.schema)).not.toContain('merge');
    expect(request.messages[0]!.text).not.toContain('"merge"');
    expect(request.messages[1]!.text).toMatch(/1 这[^]*characters are not shown\][^]*2 这/);
  });

  it('fits one of 8,192', async () => expect(estimatePromptTokens(await asked(8_192))).toBeLessThanOrEqual(6_000));
});
