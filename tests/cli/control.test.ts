import { commands, runAios } from '../../cli';
import { startJsonServer, type JsonAnswer, type JsonServer } from '../support/json-server';
import { recordingTerminal } from '../support/recording-terminal';

let server: JsonServer;
let answer: JsonAnswer;
beforeEach(async () => {
  answer = { json: { action: 'stop', scope: { kind: 'all' }, runs: [{ runId: 'r1', status: 'stopped' }] } };
  server = await startJsonServer(() => answer);
});
afterEach(async () => await server.close());

async function aios(...argv: string[]) {
  const terminal = recordingTerminal();
  const exitCode = await runAios(argv, commands, { terminal, environment: { AIOS_URL: server.url, AIOS_API_TOKEN: 'token-1' }, signal: new AbortController().signal });
  return { exitCode, out: terminal.out.join('\n'), said: terminal.said.join('\n') };
}

describe('aios pause, resume and stop', () => {
  it('say to the team what is meant, with its token, and what came of it', async () => {
    expect(await aios('stop', '--all')).toMatchObject({ exitCode: 0, out: 'Stopped: r1' });
    answer = { json: { action: 'pause', scope: {}, runs: [] } };
    expect(await aios('pause', '--role', 'frontend')).toMatchObject({ exitCode: 0, out: 'Paused.' });
    answer = { json: { action: 'resume', scope: {}, runs: [], started: 'r\u001b[31m2' } };
    const resumed = await aios('resume', '--run', 'r2');
    expect(resumed.out).toMatch(/^Run r.*2 is started again\.$/);
    expect(resumed.out).not.toContain('\u001b');
    expect(server.requests.map(({ path, headers, body }) => [path.split('?')[0], headers.authorization, JSON.parse(body)])).toEqual([
      ['/webhook/aios/control', 'Bearer token-1', { action: 'stop', all: true }],
      ['/webhook/aios/control', 'Bearer token-1', { action: 'pause', role: 'frontend' }],
      ['/webhook/aios/control', 'Bearer token-1', { action: 'resume', run: 'r2' }],
    ]);
  });

  it('give the whole answer as one JSON line', async () => {
    expect(JSON.parse((await aios('stop', '--project', 'shop', '--json')).out)).toEqual({ action: 'stop', runs: [{ runId: 'r1', status: 'stopped' }] });
  });

  it.each([[['stop'], 'What to stop?'], [['pause', '--all', '--role', 'qa'], '2 things to pause'], [['stop', '--run', '../x'], 'no run id'], [['resume', 'r1'], 'one word too many']])('refuse %j with exit code 2', async (argv, message) => {
    const { exitCode, said } = await aios(...(argv as string[]));
    expect([exitCode, said]).toEqual([2, expect.stringContaining(message as string)]);
    expect(server.requests).toEqual([]);
  });

  it('say what the team says when it refuses', async () => {
    answer = { status: 409, json: { detail: 'Run "r1" has ended with status "done"; nothing can be added to it.', code: 'RUN_FINISHED', hint: 'Start the goal again as a new run.' } };
    expect(await aios('stop', '--run', 'r1')).toMatchObject({ exitCode: 1, said: expect.stringContaining('has ended with status "done"') });
  });
});
