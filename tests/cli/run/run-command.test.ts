import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands, runAios, type Terminal } from '../../../cli';
import { runOptions } from '../../../cli/run/run-options';
import { sha256 } from '../../../kernel';
import { startJsonServer, type JsonAnswer, type JsonServer, type SeenRequest } from '../../support/json-server';
import { recordingTerminal } from '../../support/recording-terminal';
import { temporaryFolder } from '../../support/temporary-folder';
import { sampleTask, sampleView } from './sample-view';

const page = '<h1>Bees</h1>';
const done = sampleView({
  runId: 'r1',
  status: 'done',
  report: '# Bees\n\n**Done.** \u001b]0;pwned\u0007\n',
  tasks: [sampleTask('a', { title: 'Build \u001b[31mit', status: 'passed', attempts: 1, model: 'ollama/qwen3:8b', criteria: { pass: 3, fail: 0, notRun: 1 } })],
  artifacts: [{ path: 'index.html', bytes: page.length, sha256: sha256(page) }],
  usage: { localCalls: 4, cloudCalls: 1, promptTokens: 1_200, completionTokens: 300, costUsd: 0.004, savedUsd: 0.02 },
});

let server: JsonServer;
let out: string;
let view: unknown;
let created: JsonAnswer;
beforeEach(async () => {
  view = done;
  created = { status: 202, json: { runId: 'r1', statusUrl: 'http://elsewhere.example/steal' } };
  server = await startJsonServer((request) => answer(request));
  out = join(temporaryFolder(), 'out');
});
afterEach(async () => await server.close());

function answer({ method, path }: SeenRequest): JsonAnswer {
  if (method === 'POST') return created;
  return path.endsWith('/artifacts') ? { body: page } : { json: view };
}

async function aios(args: string[], more: Partial<Terminal> = {}) {
  const terminal = recordingTerminal(more);
  const exitCode = await runAios(['run', ...args], commands, { terminal, environment: { AIOS_URL: server.url, AIOS_API_TOKEN: 'token-1' }, signal: new AbortController().signal });
  return { exitCode, out: terminal.out.join('\n'), said: terminal.said.join('\n') };
}

describe('aios run', () => {
  it('goes from a goal to report, verdicts, cost and files', async () => {
    const ended = await aios(['Write about bees', '--budget', '0.5', '--privacy', 'secret', '--out', out]);
    expect(ended.exitCode).toBe(0);
    expect(JSON.parse(server.requests[0]!.body)).toEqual({ goal: 'Write about bees', budgetUsd: 0.5, privacy: 'secret' });
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(server.requests.map(() => 'Bearer token-1'));
    expect(ended.out).toContain('1 of 1 tasks passed; criteria: 3 passed, 0 failed, 1 not run.');
    expect(ended.out).toContain('5 model calls (4 local, 1 cloud), 1,500 tokens, cost $0.004, saved $0.02 by local models.');
    expect(ended.out).toContain(`Files: ${out}\n  index.html`);
    expect(readFileSync(join(out, 'index.html'), 'utf8')).toBe(page);
  });

  it('lets no text of a model or server steer the terminal', async () => {
    for (const more of [{}, { interactive: true, columns: 40 }, { interactive: true }] as Array<Partial<Terminal>>) {
      const { out: printed, said } = await aios(['Bees', '--out', out], more);
      // What we draw ourselves goes back over our own rows.
      expect((printed + said).replace(/\r\u001b\[\d+A\u001b\[J/g, '')).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    }
  });

  it('appends plain lines where the output is no terminal', async () => {
    const { said } = await aios(['Bees', '--out', out]);
    expect(said).toBe('Run r1\nRun: done\n✓ passed     Build it  (backend, qwen3:8b, 1 try, $0)');
  });

  it('says with --json one line per change and one at the end', async () => {
    const { out: printed, said } = await aios(['Bees', '--json', '--out', out]);
    const lines = printed.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ event }) => event)).toEqual(['run', 'status', 'task', 'end']);
    expect(lines.at(-1)).toMatchObject({ outcome: 'done', runId: 'r1', verdicts: { passed: 1, criteria: { pass: 3, fail: 0, notRun: 1 } }, files: { folder: out, files: ['index.html'], problems: [] } });
    expect(printed).not.toMatch(/[\u007f-\u009f\u001b]/);
    expect(said).toBe('');
  });

  it.each([
    ['waiting', { approvals: [{ id: '3c1f', title: 'Plan of 2 tasks' }] }, ['The team needs you', '- Plan of 2 tasks: aios approvals show 3c1f', 'the run then goes on']],
    ['waiting', { tasks: [sampleTask('a', { title: 'Build it', status: 'needsPerson', reason: 'A required check could not run.' })] }, ['The team needs you', '- Build it: A required check could not run.', 'give the goal again']],
    ['failed', { error: { message: 'No model could answer.', hint: 'Start Ollama.' } }, ['Failed', 'No model could answer. Start Ollama.']],
    ['stopped', {}, ['Stopped', 'Its n8n execution was stopped']],
  ])('exits with 1 when the run is %s, and says what to do', async (status, more, words) => {
    view = sampleView({ runId: 'r1', status, ...more });
    const { exitCode, out: printed } = await aios(['Bees']);
    expect(exitCode).toBe(1);
    for (const word of words) expect(printed).toContain(word);
  });

  it('only gives the goal with --detach', async () => {
    const { exitCode, out: printed, said } = await aios(['Bees', '--detach']);
    expect(exitCode).toBe(0);
    expect(printed).toBe(`${server.url}/webhook/aios/tasks?id=r1`);
    expect(said).toContain(`run --follow r1 --url ${server.url}`);
    expect(server.requests).toHaveLength(1);
  });

  it('looks at an earlier run with --follow and gives no goal', async () => {
    expect((await aios(['--follow', 'r1', '--out', out])).exitCode).toBe(0);
    expect(server.requests.map(({ method }) => method)).not.toContain('POST');
    expect(existsSync(join(out, 'index.html'))).toBe(true);
  });

  it('sends a goal whose answer was lost again under the same key', async () => {
    let cuts = 1;
    await server.close();
    server = await startJsonServer((request) => (request.method === 'POST' && cuts-- > 0 ? { drop: true } : answer(request)));
    expect((await aios(['Bees', '--out', out])).exitCode).toBe(0);
    const keys = server.requests.filter(({ method }) => method === 'POST').map(({ headers }) => headers['idempotency-key']);
    expect(keys).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), keys[0]]);
  });

  it.each<[string, JsonAnswer, string]>([
    ['a wrong token', { status: 401, json: { detail: 'no' } }, 'The team refused the API token.'],
    ['a template that is not published', { status: 404, json: { code: 404, message: 'The requested webhook "POST aios/tasks" is not registered.' } }, 'Publish the template 04-http-api'],
    ['a team without a token', { status: 503, json: { detail: 'No API token is set.', code: 'NO_API_TOKEN', hint: 'Set it.' } }, 'No API token is set. Set it.'],
    ['a redirect, which would carry the token elsewhere', { status: 302, headers: { location: 'http://evil.example/' } }, 'sends us on to http://evil.example/'],
    ['a run id that is a path', { status: 202, json: { runId: '../../etc' } }, 'answers, but not as the team'],
    ['an answer that is no JSON', { status: 202, body: '<html>' }, 'answers, but not as the team'],
  ])('says in plain words what is wrong: %s', async (_what, refusal, words) => {
    created = refusal;
    const { exitCode, said } = await aios(['Bees']);
    expect(exitCode).toBe(1);
    expect(said).toContain(words);
  });

  it('ends at Ctrl-C, says that the run goes on and how to look again', async () => {
    view = sampleView({ runId: 'r1' });
    const stop = new AbortController();
    const terminal = recordingTerminal();
    const ended = runAios(['run', 'Bees'], commands, { terminal: { ...terminal, say: (text) => { terminal.said.push(text); if (text.includes('running')) stop.abort(); } }, environment: { AIOS_URL: server.url, AIOS_API_TOKEN: 't' }, signal: stop.signal });
    expect(await ended).toBe(1);
    expect(terminal.said.at(-1)).toContain(`The run goes on: ${server.url}/webhook/aios/tasks?id=r1\nTo look again: `);
  });
});

describe('the options of aios run', () => {
  const environment = { AIOS_URL: 'http://n8n:5678', AIOS_API_TOKEN: 't' };

  it.each<[string, string[], Record<string, string>?]>([
    ['no goal', []],
    ['an empty goal', [' ']],
    ['a goal without quotes', ['Write', 'a', 'page']],
    ['a budget that is no sum', ['x', '--budget', 'much']],
    ['a budget below nothing', ['x', '--budget=-1']],
    ['an unknown privacy', ['x', '--privacy', 'private']],
    ['a timeout of nothing', ['x', '--timeout', '0']],
    ['an unknown option', ['x', '--fast']],
    ['a run id that is a path', ['--follow', '../x']],
    ['a goal and a run', ['x', '--follow', 'r1']],
    ['looking and looking away', ['--follow', 'r1', '--detach']],
    ['an address without a token', ['x', '--url', 'http://n8n:5678'], {}],
    ['a token without an address', ['x', '--token', 't'], {}],
    ['a rehearsal elsewhere', ['x', '--url', 'http://n8n:5678', '--rehearsal']],
    ['a token that is none', ['x', '--token', 'a b', '--url', 'http://n8n:5678']],
  ])('%s is a wrong call', (_what, args, given = environment) => {
    expect(() => runOptions({ args, environment: given })).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  });

  it('whoever asks for a data folder or a rehearsal means this machine, whatever AIOS_URL says', () => {
    expect(runOptions({ args: ['x'], environment }).remote).toEqual({ url: 'http://n8n:5678', token: 't' });
    expect(runOptions({ args: ['x', '--rehearsal'], environment }).remote).toBeUndefined();
    expect(runOptions({ args: ['x', '--data', 'd'], environment }).remote).toBeUndefined();
  });
});
