import { readModelsFile, writeModelsFile } from '../../router';
import { isOwnMachine } from '../../router/models-file/locality';

const EXAMPLE = `
models:
  - name: small
    type: local
    provider: ollama
    endpoint: http://127.0.0.1:11434/
    model: qwen3:8b
    use_for: [simple, qa]
    price: 0
    context_tokens: 32768
  - name: strong
    type: cloud
    provider: anthropic
    model: claude-sonnet-4-5
    use_for: complex
    price: {prompt: 3, completion: 15}
    strength: 0.95
assign:
  cto: {primary: strong, fallback: [small], temperature: 0.2}
  default: small
presets:
  balanced: {local: 0.3}
`;

describe('the models file', () => {
  it('reads YAML with short forms and underscores', () => {
    const { file, warnings } = readModelsFile(EXAMPLE);
    expect(warnings).toEqual([]);
    expect(file.models[0]).toEqual({ name: 'small', type: 'local', provider: 'ollama', endpoint: 'http://127.0.0.1:11434', model: 'qwen3:8b', useFor: ['simple', 'qa'], price: { prompt: 0, completion: 0 }, contextTokens: 32_768 });
    expect(file.models[1]).toMatchObject({ useFor: ['complex'], price: { prompt: 3, completion: 15 }, strength: 0.95 });
    expect(file.assign).toEqual({ cto: { primary: 'strong', fallback: ['small'], temperature: 0.2 }, default: { primary: 'small', fallback: [] } });
    expect(file.presets).toEqual({ balanced: { local: 0.3 } });
  });

  it('reads JSON, indented with tabs, and a bare list of models', () => {
    const models = [{ name: 'a', provider: 'ollama', model: 'qwen3:8b', price: null }];
    expect(readModelsFile(JSON.stringify({ models }, null, '\t')).file.models).toEqual(models);
    expect(readModelsFile(JSON.stringify(models)).file.models).toEqual(models);
  });

  it('is written so that it reads back the same', () => {
    const { file } = readModelsFile(EXAMPLE);
    expect(readModelsFile(writeModelsFile(file))).toEqual({ file, warnings: [] });
  });

  it('has budgets and limits, and writes them back as they stood', () => {
    const text = 'budgets:\n  - {for: {role: Writer}, per: day, usd: 2, when_used_up: ask}\n  - {for: task, per: day, usd: 0.2}\nlimits:\n  anthropic: {requests_per_minute: 50, tokens-per-minute: 40000}\n';
    const { file, warnings } = readModelsFile(text);
    expect(warnings).toEqual([]);
    expect(file.budgets).toEqual([{ scope: 'role', name: 'Writer', per: 'day', limitUsd: 2, whenUsedUp: 'ask', setIn: 'it in the models file' }, { scope: 'task', limitUsd: 0.2, whenUsedUp: 'local', setIn: 'it in the models file' }]);
    expect(file.limits).toEqual({ anthropic: { requestsPerMinute: 50, tokensPerMinute: 40_000 } });
    expect(readModelsFile(writeModelsFile(file)).file).toEqual(file);
  });

  it.each([
    ['a budget without a period', 'budgets:\n  - {for: team, usd: 1}', /line 2, budgets\[0\]\.per: is missing: a budget for team is per hour, day or month/],
    ['a budget for nobody', 'budgets:\n  - {for: everyone, per: day, usd: 1}', /line 2, budgets\[0\]\.for: must be team, project, workflow, role, run or task/],
    ['an amount that is none', 'budgets: [{for: team, per: day, usd: much}]', /budgets\[0\]\.usd: must be a number of US dollars/],
    ['a limit that limits nothing', 'limits:\n  anthropic: {}', /line 2, limits\.anthropic: limits nothing/],
  ])('names %s with its line', (_what, text, message) => expect(() => readModelsFile(text)).toThrow(message));

  it('warns of a word in a budget or a limit that nobody knows', () => {
    expect(readModelsFile('budgets: [{for: team, per: day, usd: 1, then: stop}]\nlimits: {ollama: {concurrency: 1, per_hour: 3}}').warnings).toEqual([expect.stringContaining('"then" is not known'), expect.stringContaining('"perHour" is not known')]);
  });

  it('is empty when nothing stands in it', () => {
    expect(readModelsFile('# nothing yet\n').file).toEqual({ models: [], assign: {}, presets: {}, budgets: [], limits: {}, experiments: [] });
  });

  it.each([
    ['a wrong type', EXAMPLE.replace('type: cloud', 'type: clowd'), /line 12, models\[1\]\.type: must be local or cloud/],
    ['a missing model', '- name: a\n  provider: ollama\n', /line 1, models\[0\]\.model/],
    ['a negative price', EXAMPLE.replace('prompt: 3', 'prompt: -3'), /line 16, models\[1\]\.price/],
    ['a bad address', EXAMPLE.replace('http://127.0.0.1:11434/', 'localhost'), /line 6, models\[0\]\.endpoint: is no address/],
    ['two models of one name', EXAMPLE.replace('name: strong', 'name: small'), /line 11, models\[1\]\.name: "small" is there twice/],
    ['broken YAML', 'models: [\n  {name: a\n', /Line \d+ of the models file/],
    ['a weight above 1', EXAMPLE.replace('local: 0.3', 'local: 3'), /line 22, presets\.balanced\.local: is above 1/],
    ['a list where fields should be', 'models: {a: 1}', /line 1, models/],
  ])('names line and field of %s', (_, text, message) => {
    expect(() => readModelsFile(text)).toThrow(message);
  });

  it('warns of fields nobody knows, with their line', () => {
    expect(readModelsFile(EXAMPLE.replace('strength:', 'strenght:')).warnings).toEqual(['line 17: the field "strenght" is not known and does nothing']);
  });

  it.each([
    ['a field for a key', EXAMPLE.replace('    strength: 0.95', '    api_key: x'), /Line 17 of the models file holds the field "api_key"/],
    ['a key as a value', EXAMPLE.replace('name: strong', `name: sk-ant-api03-${'aB3'.repeat(31)}AA`), /Line 11 .* looks like a key/],
    ['a password in an address', EXAMPLE.replace('//127', '//me:pass@127'), /Line 6 .* looks like a key/],
  ])('refuses %s and points to the credential', (_, text, message) => {
    expect(() => readModelsFile(text)).toThrow(expect.objectContaining({ code: 'MODELS_FILE', message: expect.stringMatching(message), hint: expect.stringContaining('credential') }));
  });

  it('does not expand a small file to a huge one', () => {
    const bomb = ['a: &a [x, x]', ...Array.from({ length: 12 }, (_, level) => `b${level}: &b${level} [${Array(10).fill(level === 0 ? '*a' : `*b${level - 1}`).join(', ')}]`)].join('\n');
    expect(() => readModelsFile(bomb)).toThrow(/cannot be read/);
  });

  it.each([
    [{ type: 'local', endpoint: 'http://192.168.1.4:8000/v1' }, true],
    [{ type: 'local', endpoint: 'https://llm.example.com/v1' }, false],
    [{ type: 'local', endpoint: 'https://llm.example.com/v1', local: true }, true],
    [{ endpoint: 'http://127.0.0.1:8000/v1' }, false],
    [{ provider: 'ollama', endpoint: 'http://127.0.0.1:11435' }, true],
    [{ type: 'cloud', endpoint: 'http://127.0.0.1:8000/v1' }, false],
    [{ type: 'local', local: false, endpoint: 'http://127.0.0.1:8000/v1' }, false],
    [{ type: 'local' }, false],
  ] as const)('takes %j for this machine: %s', (fields, expected) => {
    const [entry] = readModelsFile(JSON.stringify([{ name: 'a', provider: 'openai-compatible', model: 'm', ...fields }])).file.models;
    expect(isOwnMachine(entry!)).toBe(expected);
  });

  it.each([
    ['a cloud service', { provider: 'openai', endpoint: 'https://api.openai.com/v1' }],
    ["Ollama's cloud", { provider: 'ollama', endpoint: 'https://ollama.com' }],
    ['a model Ollama passes on', { provider: 'ollama', endpoint: 'http://127.0.0.1:11434', model: 'gpt-oss:120b-cloud' }],
    ['Claude behind a gateway', { provider: 'anthropic', endpoint: 'http://127.0.0.1:4000' }],
    ['an entry that calls itself cloud', { type: 'cloud', endpoint: 'http://127.0.0.1:4000' }],
    ['no address', {}],
  ])('refuses the word that %s is local', (_, fields) => {
    expect(() => readModelsFile(JSON.stringify([{ name: 'a', provider: 'openai-compatible', model: 'm', local: true, ...fields }]))).toThrow(/models\[0\]\.local/);
  });
});
