import type { AgentTool } from '../../agents';
import { answeringModel } from '../support/scripted-model';
import { delivery, judgement, planOf, task } from './drafts';
import { openTestTeam, type TestTeam } from './open-agents';
import { runPipeline } from './run-pipeline';

let team: TestTeam;
afterEach(() => team?.close());

/** A model that calls the tool "ask_the_team" in every task, once. */
function askingModel(said: string[]) {
  return answeringModel((request) => {
    if (request.schema?.name === 'aios_plan') return { json: planOf(task('t1')) };
    if (request.schema?.name === 'aios_verdict') return { json: judgement({ a1: 'pass' }) };
    const answer = request.messages.find(({ role }) => role === 'tool');
    if (answer) said.push(answer.text);
    if (request.tools?.length && !answer) return { text: '', toolCalls: [{ id: 'c1', name: 'ask_the_team', arguments: {} }] };
    return request.schema ? { json: delivery(['t1.txt', 'hello']) } : 'ready';
  });
}

it.each(['plan', 'work'] as const)('a tool that starts its own pipeline (%s) comes to an end: three runs in one another, and the fourth is refused by name', async (way) => {
  const said: string[] = [];
  let started = 0;
  team = openTestTeam(askingModel(said));
  const tool: AgentTool = {
    name: 'ask_the_team', description: 'Gives the team a goal', schema: { type: 'object' }, local: true,
    run: async () => {
      const call = team.call({ owner: `execution-${(started += 1) + 1}`, tools: [tool] });
      if (way === 'work') return (await team.agents.work({ goal: 'Say hello', role: 'backend' }, call)).result.summary;
      return (await runPipeline(team, { goal: 'Say hello' }, call)).status;
    },
  };
  expect(await runPipeline(team, { goal: 'Say hello' }, team.call({ tools: [tool] }))).toMatchObject({ status: 'done' });
  expect(await team.runs.list({ limit: 10 })).toHaveLength(3);
  expect(started).toBe(3);
  expect(said.filter((text) => text.includes('3 runs stand in one another already'))).not.toEqual([]);
});

it.each(['plan', 'work'] as const)('a run that a tool starts (%s) is wanted by whoever wants the one around it', async (way) => {
  team = openTestTeam(askingModel([]));
  const tool: AgentTool = {
    name: 'ask_the_team', description: 'Gives the team a goal', schema: { type: 'object' }, local: true,
    run: async () => {
      const call = team.call({ owner: 'execution-2' });
      return way === 'work' ? (await team.agents.work({ goal: 'Say hello', role: 'backend' }, call)).result.summary : (await runPipeline(team, { goal: 'Say hello' }, call)).status;
    },
  };
  await runPipeline(team, { goal: 'Say hello', askedBy: 'ada' }, team.call({ tools: [tool] }));
  const runs = await team.runs.list({ limit: 10 });
  expect(runs.map(({ submittedBy, plan }) => submittedBy ?? plan?.askedBy)).toEqual(['ada', 'ada']);
});

it('runs that one tool starts one after the other are not in one another', async () => {
  const said: string[] = [];
  team = openTestTeam(askingModel(said));
  const tool: AgentTool = {
    name: 'ask_the_team', description: 'Gives the team five goals', schema: { type: 'object' }, local: true,
    run: async () => {
      for (let goal = 2; goal <= 6; goal++) await runPipeline(team, { goal: 'Say hello' }, team.call({ owner: `execution-${goal}` }));
      return 'All five are done.';
    },
  };
  await runPipeline(team, { goal: 'Say hello' }, team.call({ tools: [tool] }));
  expect(said).toContain('All five are done.');
});
