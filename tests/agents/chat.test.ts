import type { ChatMemory, ChatTurn } from '../../agents';
import { connectedMemory } from '../../agents';
import { scriptedModel, type ScriptedAnswer } from '../support/scripted-model';
import { openTestTeam, type TestTeam } from './open-agents';

let team: TestTeam;
afterEach(() => team?.close());

const asking = (...questions: string[]) => ({ json: { status: 'asking', goal: 'A shop', reply: 'Nice.', questions } });
const ready = (goal = 'A shop for tea, in German') => ({ json: { status: 'ready', goal, reply: 'I assume euros.', questions: [] } });

function talk(answers: ScriptedAnswer[], more: Partial<Pick<ChatMemory, 'local'>> = {}) {
  const model = scriptedModel(answers);
  team = openTestTeam(model);
  const turns: ChatTurn[] = [];
  const memory: ChatMemory = { local: true, ...more, read: async () => [...turns], add: async (person, said) => void turns.push({ from: 'person', text: person }, { from: 'team', text: said }) };
  return { model, turns, memory, chat: async (message: string, request = {}) => await team.agents.chat({ message, memory, ...request }, team.call()) };
}

describe('talking about a goal', () => {
  it('asks back while it is unclear, then says the goal, and starts no run', async () => {
    const { chat, model } = talk([asking('What does it sell?', 'Which language?'), ready()]);
    expect(await chat('We need a shop')).toMatchObject({ status: 'asking', goal: 'A shop', questions: ['What does it sell?', 'Which language?'], round: 1, maxRounds: 3, role: 'cto', model: 'scripted/small', reply: 'Nice.\n\n1. What does it sell?\n2. Which language?\n\n_Questions, round 1 of 3_' });
    expect(await chat('Tea, in German')).toMatchObject({ status: 'ready', goal: 'A shop for tea, in German', questions: [], reply: 'I assume euros.\n\n**Goal:** A shop for tea, in German' });
    expect(model.requests[1]!.messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user']);
    expect(model.requests[1]!.messages[2]!.text).toContain('1. What does it sell?');
    expect(team.database.prepare('SELECT count(*) AS count FROM runs').get()).toEqual({ count: 0 });
  });

  it('asks so often and no more: then it must decide, whatever the model wants', async () => {
    const { chat, model } = talk([asking('a?'), asking('b?'), asking('c?'), ready(), asking('again?')]);
    await chat('A shop', { maxRounds: 2 });
    await chat('hm', { maxRounds: 2 });
    expect(await chat('hm', { maxRounds: 2 })).toMatchObject({ status: 'ready', round: 2 });
    expect(JSON.stringify(model.requests[2]!.schema)).toContain('"enum":["ready"]');
    expect(model.requests[2]!.messages[0]!.text).toContain('ask nothing more');
    expect(model.requests).toHaveLength(4);
    // A new goal is a new count.
    expect(await chat('And now a blog', { maxRounds: 2 })).toMatchObject({ status: 'asking', round: 1 });
  });

  it('may be told not to ask at all', async () => {
    const { chat } = talk([ready()]);
    expect(await chat('A shop', { maxRounds: 0 })).toMatchObject({ status: 'ready', round: 0 });
  });

  it('asks the model again when it asks nothing, and shows three questions at most', async () => {
    const { chat, model } = talk([asking(), asking('1', '2', '3', '4', ' ')]);
    expect((await chat('A shop')).questions).toEqual(['1', '2', '3']);
    expect(model.requests[1]!.messages.at(-1)!.text).toContain('at least one question');
  });

  it('shows the latest turns that fit, beginning with the person', async () => {
    const { chat, turns, model } = talk([ready()]);
    for (let turn = 0; turn < 40; turn++) turns.push({ from: 'person', text: `${turn} ${'x'.repeat(400)}` }, { from: 'team', text: 'y'.repeat(400) });
    await chat('Go');
    const shown = model.requests[0]!.messages.slice(1, -1);
    expect(shown[0]!.role).toBe('user');
    expect(shown.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(8_000);
    expect(shown.at(-2)!.text).toMatch(/^39 /);
  });

  it('keeps a secret from a memory nobody vouches for, also one the message turns out to hold', async () => {
    const { chat, model, turns } = talk([], { local: false });
    await expect(chat('A shop', { privacy: 'secret' })).rejects.toMatchObject({ code: 'SECRET_NEEDS_LOCAL_MEMORY' });
    await expect(chat('Pay with 4111 1111 1111 1111')).rejects.toMatchObject({ code: 'SECRET_NEEDS_LOCAL_MEMORY' });
    expect([model.requests, turns]).toEqual([[], []]);
  });

  it('refuses nothing and too much', async () => {
    const { chat } = talk([]);
    await expect(chat('  ')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(chat('x'.repeat(100_000))).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining('100000') });
  });

  it('books a wired model', async () => {
    const { model } = talk([]);
    expect(model.requests).toEqual([]);
    await team.agents.chat({ message: 'A shop' }, team.call({ model: scriptedModel([ready()], { local: false, costUsd: 0.01 }) }));
    expect(await team.ledger.totals({})).toMatchObject({ cloudCalls: 1, costUsd: 0.01 });
  });
});

describe('a memory node', () => {
  it('is read and written in its own form', async () => {
    const saved: unknown[] = [];
    const memory = connectedMemory({
      loadMemoryVariables: async () => ({ chat_history: [{ getType: () => 'human', content: 'Hi' }, { _getType: () => 'ai', content: [{ type: 'text', text: 'Hello' }] }, { getType: () => 'tool', content: 'x' }, { getType: () => 'ai', content: '' }] }),
      saveContext: async (...both) => void saved.push(both),
    }, { local: true });
    expect(await memory.read()).toEqual([{ from: 'person', text: 'Hi' }, { from: 'team', text: 'Hello' }]);
    await memory.add('a', 'b');
    expect(saved).toEqual([[{ input: 'a' }, { output: 'b' }]]);
  });

  it('that is away is named', async () => {
    const away = async () => await Promise.reject(new TypeError('no connection'));
    const memory = connectedMemory({ loadMemoryVariables: away, saveContext: away }, { local: true });
    await expect(memory.read()).rejects.toMatchObject({ code: 'CHAT_MEMORY', message: 'The connected memory could not be read: no connection' });
    await expect(memory.add('a', 'b')).rejects.toMatchObject({ code: 'CHAT_MEMORY', message: expect.stringContaining('written') });
  });
});
