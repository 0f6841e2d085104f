import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { runAios } from '../../cli';
import { routeCommand } from '../../cli/commands/route';
import { splitLines, type LineStreams } from '../../cli/drivers/line-streams';
import { temporaryFolder } from '../support/temporary-folder';

const MODELS = `
models:
  - { name: house, type: local, provider: ollama, endpoint: "http://127.0.0.1:11434", model: "qwen3:8b", use_for: [simple] }
  - { name: genius, type: cloud, provider: anthropic, model: claude-opus-4-5, price: { prompt: 5, completion: 25 } }
  - { name: mystery, type: cloud, provider: corp, endpoint: "https://llm.corp.example/v1", model: mystery-1, abilities: [json], price: null }
`;
const CLOUD_ONLY = '[{"name": "genius", "type": "cloud", "provider": "anthropic", "model": "claude-opus-4-5"}]';

const folder = temporaryFolder();
async function route(models: string, lines: object[], ...argv: string[]) {
  const file = join(folder, 'models.yaml');
  writeFileSync(file, models);
  const out: string[] = [];
  const said: string[] = [];
  const streams: LineStreams = { read: () => splitLines(Readable.from(lines.map((line) => `${JSON.stringify(line)}\n`)), 100_000), print: async (line) => out.push(line) > 0 };
  const terminal = { print: () => undefined, say: (text: string) => void said.push(text), columns: 80, rows: 24, colour: false, interactive: false };
  const exitCode = await runAios(['route', '--models', file, ...argv], [routeCommand(streams)], { terminal, environment: {}, signal: new AbortController().signal });
  return { exitCode, said, answers: out.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe('aios route', () => {
  it('answers every line in order with the decision, and asks nobody', async () => {
    const { exitCode, said, answers } = await route(MODELS, [{ id: 'a', prompt: 'What is tea?' }, { id: 2, prompt: 'What is tea?', preset: 'best' }]);
    expect(exitCode).toBe(0);
    expect(answers).toEqual([
      { id: 'a', model: 'ollama/qwen3:8b', provider: 'ollama', local: true, privacy: 'internal', complexity: expect.any(Number), confidence: expect.any(Number), candidates: expect.any(Array), estimatedCostUsd: 0 },
      expect.objectContaining({ id: 2, model: 'anthropic/claude-opus-4-5', provider: 'anthropic', local: false, estimatedCostUsd: expect.any(Number) }),
    ]);
    expect((answers[0]!.candidates as unknown[]).length).toBe(3);
    expect(said).toEqual(['2 lines: 1 local, 1 cloud.']);
  });

  it('keeps secrets here, by label and by content of prompt, tools or schema', async () => {
    const best = { preset: 'best' };
    const { answers } = await route(MODELS, [
      { id: 'label', prompt: 'What is tea?', privacy: 'secret', ...best },
      { id: 'prompt', prompt: 'card 4111 1111 1111 1111', privacy: 'public', ...best },
      { id: 'tools', prompt: 'Pay', tools: [{ type: 'function', function: { name: 'pay', description: 'card 4111 1111 1111 1111' } }], ...best },
      { id: 'schema', prompt: 'Pay', schema: { type: 'object', properties: { card: { const: '4111 1111 1111 1111' } } }, ...best },
      { id: 'none', prompt: 'Pay', tools: ['pay'], schema: { type: 'object' }, ...best },
    ]);
    expect(answers.map(({ id, local, privacy, raisedBy }) => [id, local, privacy, raisedBy])).toEqual([
      ['label', true, 'secret', undefined],
      ['prompt', true, 'secret', ['credit-card']],
      ['tools', true, 'secret', ['credit-card']],
      ['schema', true, 'secret', ['credit-card']],
      ['none', false, 'internal', undefined],
    ]);
  });

  it('follows what the file assigns to roles, but never with a secret', async () => {
    const { answers } = await route(`${MODELS}assign: { writer: genius }\n`, [{ id: 1, prompt: 'Hi', role: 'writer' }, { id: 2, prompt: 'Hi' }, { id: 3, prompt: 'Hi', role: 'writer', privacy: 'secret' }]);
    expect(answers.map(({ model }) => model)).toEqual(['anthropic/claude-opus-4-5', 'ollama/qwen3:8b', 'ollama/qwen3:8b']);
  });

  it('fails closed, line by line, where no model may answer, and says so with exit code 1', async () => {
    const { exitCode, answers, said } = await route(CLOUD_ONLY, [{ id: 'a', prompt: 'mail ada@corp.de' }, { id: 'b', prompt: 'Hello' }], '--json');
    expect(exitCode).toBe(1);
    expect(answers[0]).toMatchObject({ id: 'a', model: null, local: null, privacy: 'secret', raisedBy: ['email-address'], candidates: [], error: { code: 'SECRET_NEEDS_LOCAL_MODEL' } });
    expect(JSON.stringify(answers[0])).not.toContain('ada@');
    expect(answers[1]).toMatchObject({ id: 'b', model: 'anthropic/claude-opus-4-5' });
    expect(said).toEqual([]);
  });

  it('names the lines it cannot take by number, without what is in them', async () => {
    const { exitCode, said } = await route(MODELS, [{ id: 'a' }, { prompt: 'x' }, { id: 'a', prompt: 'x', preset: 'hunter22' }, { id: 'a', prompt: 'x', tools: 'hunter22' }, { id: 'a', prompt: 'x', schema: [] }], '--json');
    expect(exitCode).toBe(1);
    expect(said).toEqual([
      'Line 1 has no "prompt" (a string).',
      'Line 2 has no "id" (a string or a number).',
      'Line 3 has a "preset" that is none of localFirst, balanced, cheapest, fastest, best, privateOnly, own.',
      'Line 4 has "tools" that are no list.',
      'Line 5 has a "schema" that is no object.',
    ]);
  });

  it('exits with 2 without a models file it can use', async () => {
    const { exitCode, said } = await route('models: [{ name: x }]', []);
    expect(exitCode).toBe(2);
    expect(said[0]).toContain('models[0].provider');
    expect((await route(MODELS, [], '--models', 'no-such-file')).exitCode).toBe(2);
  });
});
