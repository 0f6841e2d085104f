import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentTool } from '../../agents';
import { scriptedModel, type ScriptedAnswer } from '../support/scripted-model';
import { delivery, planOf, task } from './drafts';
import { openTestTeam, type TestTeam } from './open-agents';

let team: TestTeam;
afterEach(() => team?.close());

const HELLO = { json: delivery(['hello.md', 'Hello']) };
const use = (name: string) => ({ toolCalls: [{ id: `call-${name}`, name, arguments: {} }] });
const tool = (name: string, run: AgentTool['run'] = async () => 'seen'): AgentTool => ({ name, description: name, schema: { type: 'object', properties: {} }, local: true, run });

/** A team with a role of the user's that has these fields. */
function withRole(fields: string, answers: ScriptedAnswer[]) {
  const model = scriptedModel(answers);
  team = openTestTeam(model);
  mkdirSync(join(team.folder, 'roles'));
  writeFileSync(join(team.folder, 'roles', 'lawyer.md'), `---\ndescription: Knows the law\ngoal: Nobody is sued\n${fields}\n---\nAnswer in rhymes.`);
  return { model, work: (more = {}) => team.agents.work({ goal: 'Say hello', role: 'lawyer' }, team.call(more)) };
}

describe("a user's role", () => {
  it('works, speaks by its prompt and hands its wishes to the router', async () => {
    const { model, work } = withRole('models: [qwen3:8b, gemma3:4b]\ntemperature: 0.2\noutput_contract: Two pages.\nlimits: { budget_usd: 0.5 }', [HELLO]);
    expect(await work()).toMatchObject({ role: 'lawyer', result: { status: 'done' } });
    const [asked] = model.requests;
    expect(asked!.messages[0]!.text).toMatch(/^You are the Lawyer of a team[^]*Answer in rhymes\.\n\nEvery delivery: Two pages\./);
    expect(asked!.facts).toMatchObject({ role: 'lawyer', roleWish: { models: ['qwen3:8b', 'gemma3:4b'], temperature: 0.2 }, taskBudgetUsd: 0.5 });
  });

  it('is in the list of roles, and in what the CTO is asked', async () => {
    const { model } = withRole('', [{ json: planOf(task('t1', { role: 'lawyer' })) }]);
    expect((await team.agents.roles()).at(-1)).toEqual({ name: 'lawyer', title: 'Lawyer', description: 'Knows the law' });
    const { plan } = await team.agents.plan({ goal: 'Sue somebody' }, team.call());
    expect(plan.tasks[0]!.role).toBe('lawyer');
    expect(model.requests[0]!.messages[0]!.text).toContain('- lawyer: Knows the law');
    expect(JSON.stringify(model.requests[0]!.schema)).toContain('"code","lawyer"');
  });

  it('is taken up by a team at work, and a bad file hurts nobody', async () => {
    withRole('', [HELLO]);
    writeFileSync(join(team.folder, 'roles', 'bad.md'), 'x');
    writeFileSync(join(team.folder, 'roles', 'clerk.md'), '---\ndescription: Writes\ngoal: Write\n---\n');
    team.clock.advance(2_001);
    expect(await team.agents.work({ goal: 'Say hello', role: 'clerk' }, team.call())).toMatchObject({ role: 'clerk' });
  });

  it('raises privacy and never lowers it', async () => {
    const { work, model } = withRole('privacy: secret', [HELLO]);
    await work();
    expect(model.requests[0]!.facts.privacy).toBe('secret');
  });

  it('does not make a secret goal public', async () => {
    const { model } = withRole('privacy: public', [HELLO]);
    await team.agents.work({ goal: 'Say hello', role: 'lawyer', privacy: 'secret' }, team.call());
    expect(model.requests[0]!.facts.privacy).toBe('secret');
  });
});

describe('a limit of a role', () => {
  it.each([[0, 0], [2, 2]])('of %i steps allows so many turns with tools', async (steps, turns) => {
    const { work, model } = withRole(`limits: { steps: ${steps} }`, [...Array.from({ length: turns }, (_, index) => use(index % 2 ? 'read' : 'look')), HELLO]);
    const { result } = await work({ tools: [tool('read'), tool('look')] });
    expect(result).toMatchObject(steps === 0 ? { status: 'done' } : { status: 'stopped', reason: 'max-turns', summary: expect.stringContaining(`after ${steps} turns`) });
    expect(model.requests).toHaveLength(steps === 0 ? 1 : turns);
  });

  it('of tokens ends the attempt with its name, before the next call', async () => {
    const { work, model } = withRole('limits: { tokens: 1000 }', [{ ...use('look'), usage: { promptTokens: 900, completionTokens: 200 } }, HELLO]);
    const { result } = await work({ tools: [tool('look')] });
    expect(result).toMatchObject({ status: 'stopped', reason: 'max-tokens', summary: 'Lawyer has used 1100 tokens; its limit for one attempt is 1000.' });
    expect(model.requests).toHaveLength(1);
  });

  it('of time cuts the call that passes it, and names the end', async () => {
    let cut = false;
    const { work } = withRole('limits: { time_s: 10 }', [(_, signal) => new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        cut = true;
        reject(signal.reason as Error);
      });
      team.clock.advance(10_001);
    })]);
    const { result } = await work();
    expect([cut, result.status, result.reason]).toEqual([true, 'stopped', 'max-time']);
    expect(result.summary).toContain('10 s');
  });

  it('of time counts tools as well as models, over all calls together', async () => {
    const slow = async () => {
      team.clock.advance(6_000);
      return 'seen';
    };
    const { work } = withRole('limits: { time_s: 10 }', [use('look'), use('look'), HELLO]);
    expect((await work({ tools: [tool('look', slow)] })).result).toMatchObject({ status: 'stopped', reason: 'max-time' });
  });

  it('of time counts calls that are under way together once', async () => {
    let underWay = 0;
    const both: Array<() => void> = [];
    const slow = async () => {
      underWay += 1;
      await new Promise<void>((resolve) => {
        both.push(resolve);
        if (underWay < 2) return;
        team.clock.advance(6_000);
        for (const go of both) go();
      });
      return 'seen';
    };
    const { work } = withRole('limits: { time_s: 10 }', [{ toolCalls: ['a', 'b'].map((id) => ({ id, name: 'look', arguments: { id } })) }, 'Ready.', HELLO]);
    expect((await work({ tools: [{ ...tool('look', slow), sideBySide: true }] })).result.status).toBe('done');
  });

  it('sends the work back for another attempt and asks no person', async () => {
    withRole('limits: { tokens: 1000 }', [{ json: planOf(task('t1', { role: 'lawyer' })) }, { ...use('look'), usage: { promptTokens: 900, completionTokens: 200 } }]);
    const { plan } = await team.agents.plan({ goal: 'Say hello' }, team.call());
    const [claim] = (await team.board.next([plan.runId], 'execution-1')).ready;
    await team.agents.work({ task: claim! }, team.call({ tools: [tool('look')] }));
    const { verdict } = await team.agents.review(claim!, team.call());
    expect(verdict).toMatchObject({ passed: false, findings: [expect.stringContaining('max-tokens')] });
    expect(verdict.needsPerson).toBeUndefined();
    expect((await team.board.next([plan.runId], 'execution-1')).ready[0]).toMatchObject({ taskId: 't1', attempt: 2 });
  });
});

describe('what a role may deliver', () => {
  const SCHEMA = 'output_contract: { file: "data/*.json", schema: { type: object, required: [total], properties: { total: { type: number } } } }';

  it('is told when a pattern of its schema would take years', async () => {
    const { work, model } = withRole('output_contract: { schema: { required: [a], properties: { a: { pattern: "^(a+)+$" } } } }', [{ json: delivery(['a.json', `{"a": "${'a'.repeat(40)}!"}`]) }, { json: delivery(['a.json', '{"a": "b"}']) }, { json: delivery(['a.json', '{"a": "aa"}']) }]);
    expect((await work()).result.status).toBe('done');
    expect(model.requests[1]!.messages.at(-1)!.text).toContain("a.json could not be checked within 1 s: a pattern in your role's JSON Schema");
    expect(model.requests[2]!.messages.at(-1)!.text).toContain('does not obey');
  });

  it('is told when it delivers a file outside its paths', async () => {
    const { work, model } = withRole('paths: { write: ["docs/**", "!docs/internal/**"] }', [{ json: delivery(['src/a.py', 'x']) }, { json: delivery(['docs/internal/a.md', 'x']) }, { json: delivery(['docs/deep/er/a.md', 'x']) }]);
    expect((await work()).result.artifacts.map(({ path }) => path)).toEqual(['docs/deep/er/a.md']);
    expect(model.requests[1]!.messages.at(-1)!.text).toContain('Your role may not deliver src/a.py; it may deliver docs/**, !docs/internal/**.');
    expect(model.requests[2]!.messages.at(-1)!.text).toContain('docs/internal/a.md');
  });

  it('is held to its JSON Schema, with the fault', async () => {
    const { work, model } = withRole(SCHEMA, [{ json: delivery(['notes.md', 'x']) }, { json: delivery(['data/sum.json', '{"total": "many"}']) }, { json: delivery(['data/sum.json', '{"total": 5}'], ['notes.md', 'x']) }]);
    expect((await work()).result.status).toBe('done');
    expect(model.requests[0]!.messages[0]!.text).toContain('data/*.json must obey this JSON Schema: {"type":"object"');
    expect(model.requests[1]!.messages.at(-1)!.text).toContain('must deliver a file data/*.json');
    expect(model.requests[2]!.messages.at(-1)!.text).toMatch(/data\/sum\.json does not obey[^]*expected number/);
  });

  it('is never passed on when it does not keep the contract', async () => {
    const { work } = withRole(SCHEMA, [{ json: delivery(['data/a.json', '{']) }, { json: delivery(['data/a.json', '[]']) }, { json: delivery(['data/a.json', '{}']) }]);
    await expect(work()).rejects.toMatchObject({ code: 'MODEL_OUTPUT' });
  });
});

it('a template of the trade is given when the task asks for it, and not when not', async () => {
  const model = scriptedModel([HELLO, HELLO]);
  team = openTestTeam(model);
  await team.agents.work({ goal: 'Write a service with FastAPI', role: 'backend' }, team.call());
  await team.agents.work({ goal: 'Write a service', role: 'backend' }, team.call());
  expect(model.requests.map(({ messages }) => messages[1]!.text.includes('FastAPI(title="Items")'))).toEqual([true, false]);
});
