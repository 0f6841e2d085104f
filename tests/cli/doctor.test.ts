import { runAios } from '../../cli';
import { doctor } from '../../cli/commands/doctor';
import { reportText } from '../../cli/commands/doctor-text';
import type { DoctorReport } from '../../team';
import { startOllamaServer, type ModelServer } from '../support/model-servers';
import { recordingTerminal } from '../support/recording-terminal';
import { temporaryFolder } from '../support/temporary-folder';

let server: ModelServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function call(argv: string[], environment: Record<string, string>) {
  const terminal = recordingTerminal();
  const exitCode = await runAios(['doctor', '--data', temporaryFolder(), ...argv], [doctor], { terminal, environment, signal: new AbortController().signal });
  return { exitCode, ...terminal };
}

describe('aios doctor', () => {
  it('exits with 0 and says what it found when a model answers', async () => {
    server = await startOllamaServer({ models: ['qwen3:8b'] });
    const { exitCode, out } = await call([], { OLLAMA_HOST: server.url });
    expect(exitCode).toBe(0);
    expect(out.join('\n')).toMatch(/✓ ok {7}Ollama 0\.12\.0\n {2}http:\/\/127\.0\.0\.1:\d+, \d+ ms\n {2}1 model: qwen3:8b\.\n {2}- qwen3:8b: 0\.0 GB, context 32k, tools\n/);
    expect(out.join('\n')).toContain('Ready for a first goal. What to do next:');
  });

  it('exits with 1 and the line that gets a model when none answers', async () => {
    const { exitCode, out } = await call([], { OLLAMA_HOST: '127.0.0.1:9' });
    expect(exitCode).toBe(1);
    expect(out.join('\n')).toMatch(/✗ failed {3}Ollama\n[\s\S]*Not ready yet\. What to do next:\n[\s\S]*Ollama URL[\s\S]*ANTHROPIC_API_KEY/);
  });

  it('writes one JSON line per check and one with the result', async () => {
    server = await startOllamaServer({ models: ['qwen3:8b'] });
    const { out } = await call(['--json'], { OLLAMA_HOST: server.url });
    const lines = out.map((line) => JSON.parse(line) as { event: string; service?: string; ok?: boolean });
    expect(lines.slice(0, -1).every(({ event, service }) => event === 'check' && typeof service === 'string')).toBe(true);
    expect(lines.at(-1)).toEqual({ event: 'result', ok: true, advice: [expect.any(String)] });
  });

  it('tells on stderr how a trial goes, and shows its result', async () => {
    server = await startOllamaServer({ models: [{ name: 'qwen3:8b', contextTokens: 4_096 }] });
    const { out, said } = await call(['--probe'], { OLLAMA_HOST: server.url });
    expect(said.slice(0, 4)).toEqual(['ollama/qwen3:8b: does it call tools?', '  failed', 'ollama/qwen3:8b: does it answer in a given shape?', '  passed']);
    expect(out.join('\n').replace(/\s+/g, ' ')).toMatch(/Tried \d{4}-\d\d-\d\d: tools fail, answers in a given shape work, keeps 0 of context/);
  });

  it('lets no server steer the terminal', async () => {
    const name = 'evil\u001b]0;owned\u0007\u001b[2J\u009b1A:8b';
    server = await startOllamaServer({ models: [{ name, contextTokens: 4_096 }] });
    const { out, said } = await call(['--probe'], { OLLAMA_HOST: server.url });
    const json = await call(['--json'], { OLLAMA_HOST: server.url });
    expect(out.join('\n')).toContain('evil');
    expect([...out, ...said, ...json.out].join('\n')).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });

  it('exits with 2 for an option it does not have', async () => {
    const { exitCode, said } = await call(['--prob'], {});
    expect(exitCode).toBe(2);
    expect(said.join()).toContain('Usage: aios doctor');
  });
});

describe('the report', () => {
  const report: DoctorReport = {
    ok: true,
    checks: [
      { service: 'node', title: 'Node.js', status: 'ok', version: '24.21.0', detail: 'on linux x64.' },
      { service: 'redis', title: 'Redis', status: 'warning', address: 'redis://127.0.0.1:6379', latencyMs: 3, detail: 'answers, but its append-only file is off: a restart may lose the last runs.' },
      { service: 'qdrant', title: 'Qdrant', status: 'notConfigured', detail: 'not needed: vectors are kept in the team database.' },
    ],
    advice: ['Let Redis keep records: `redis-cli CONFIG SET appendonly yes`, and the same in redis.conf.'],
  };

  it('fits 40 columns, words beside marks, commands unbroken', () => {
    const text = reportText(report, { columns: 40, colour: false }, { offersProbe: true });
    expect(text.split('\n')).toEqual([
      '✓ ok       Node.js 24.21.0',
      '  on linux x64.',
      '! warning  Redis',
      '  redis://127.0.0.1:6379, 3 ms',
      '  answers, but its append-only file is',
      '  off: a restart may lose the last runs.',
      '- not set  Qdrant',
      '  not needed: vectors are kept in the',
      '  team database.',
      '',
      'Ready for a first goal. What to do next:',
      '1. Let Redis keep records:',
      '   `redis-cli CONFIG SET appendonly yes`,',
      '   and the same in redis.conf.',
    ]);
  });

  it('has colour where the terminal has, and not one escape where it has none', () => {
    expect(reportText(report, { columns: 80, colour: false }, { offersProbe: true })).not.toContain('\u001b');
    expect(reportText(report, { columns: 80, colour: true }, { offersProbe: true })).toMatch(/\u001b\[33m! warning/);
  });
});
