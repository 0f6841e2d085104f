import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runAios } from '../../cli';
import { stats } from '../../cli/commands/stats';
import { statsText } from '../../cli/commands/stats-text';
import { openTeam, type TeamStats } from '../../team';
import { startOllamaServer } from '../support/model-servers';
import { recordingTerminal } from '../support/recording-terminal';
import { temporaryFolder } from '../support/temporary-folder';

async function call(argv: string[], environment: Record<string, string> = {}) {
  const terminal = recordingTerminal();
  const exitCode = await runAios(['stats', ...argv], [stats], { terminal, environment, signal: new AbortController().signal });
  return { exitCode, ...terminal };
}

describe('aios stats', () => {
  it('says what to do where nothing was run yet, and makes no folder', async () => {
    const data = temporaryFolder();
    const { exitCode, out } = await call(['--data', data]);
    expect(exitCode).toBe(0);
    expect(out.join()).toMatch(/Nothing was run since then\.[\s\S]*--since all[\s\S]*--data DIR/);
    expect(existsSync(join(data, '.n8n'))).toBe(false);
  });

  it('shows what the team of this data folder did', async () => {
    const data = temporaryFolder();
    const server = await startOllamaServer({ models: ['qwen3:8b'] });
    const { team, release } = await openTeam({ ollamaUrl: server.url }, { userFolder: data, environment: {}, log: () => {} });
    await team.router.complete({ messages: [{ role: 'user', text: 'Hello' }], facts: { privacy: 'internal', role: 'backend' } }, new AbortController().signal);
    release();
    await server.close();
    const text = (await call(['--data', data])).out.join('\n');
    expect(text).toMatch(/Calls {4}1: 1 local, 0 cloud\nLocal {4}█{10} 100 %/);
    expect(text).toMatch(/Models\n {2}ollama\/qwen3:8b\n[\s\S]*Roles\n {2}backend\n/);
    const [line, ...more] = (await call(['--data', data, '--json', '--since', 'all'])).out;
    expect(more).toEqual([]);
    expect(JSON.parse(line!)).toMatchObject({ team: 'default', sinceMs: 0, calls: { total: 1 }, byRole: [{ key: 'backend' }] });
  });

  it('takes no word for a time it was not told to be one', async () => {
    const { exitCode, said } = await call(['24h', '--data', temporaryFolder()]);
    expect(exitCode).toBe(2);
    expect(said.join()).toContain('"24h" is one word too many. A time is given with --since.');
  });

  it('exits with 2 for a time that is none', async () => {
    const { exitCode, said } = await call(['--since', 'yesterday', '--data', temporaryFolder()]);
    expect(exitCode).toBe(2);
    expect(said.join()).toContain('"yesterday" is no time in the past. Write 24h, 7d');
  });
});

describe('the figures', () => {
  const group = { key: 'ollama/qwen3:8b', localCalls: 18, cloudCalls: 0, promptTokens: 120_000, completionTokens: 30_500, costUsd: 0, savedUsd: 0.81, unpricedCalls: 0, failures: 1, medianDurationMs: 3_240, p95DurationMs: 21_400 };
  const figures: TeamStats = {
    team: 'default', sinceMs: Date.UTC(2026, 10, 13, 9, 30), atMs: Date.UTC(2026, 10, 20, 9, 30),
    runs: { total: 4, queued: 0, running: 1, waiting: 1, done: 2, failed: 0, stopped: 0 },
    tasks: { passedFirstTime: 9, passedAfterRework: 2, needsPerson: 1, skipped: 0, open: 3 },
    calls: { total: 24, local: 18, cloud: 6, failed: 1, promptTokens: 1_250_000, completionTokens: 30_500, costUsd: 0.42, unpriced: 2, savedUsd: 0.81, localShare: 0.75 },
    byModel: [group, { ...group, key: 'anthropic/claude-haiku-4-5', localCalls: 0, cloudCalls: 6, costUsd: 0.42, failures: 0 }],
    byRole: [], byWorkflow: [{ ...group, key: 'w1', title: 'Sales report' }], byDay: [], experiments: [], storage: { storeBytes: 1_200_000, fileBytes: 34_000, files: 12 }, memory: { items: 3, bytes: 2_000, byKind: { chat: 0, scratch: 0, trace: 2, fact: 1 } },
    recalls: { total: 0, found: 0, hitRate: null, byAgents: { total: 0, found: 0 }, given: 0, givenPassed: 0 }, calibration: null,
  };

  it('say how often the memory found something, and what became of it', () => {
    const recalls = { total: 40, found: 34, hitRate: 0.85, byAgents: { total: 30, found: 28 }, given: 50, givenPassed: 45 };
    expect(statsText({ ...figures, recalls }, { columns: 120, colour: false })).toContain('\nRecalls  40, 85 % found something; of those given to agents 45 of 50 were there when work passed\n');
    expect(statsText(figures, { columns: 80, colour: false })).not.toContain('Recalls');
  });

  it('say since when a calibration decides, and on how many outcomes', () => {
    const calibration = { outcomes: 250, sinceMs: Date.UTC(2026, 10, 15, 8) };
    expect(statsText({ ...figures, calibration }, { columns: 80, colour: false })).toContain('\nRouter   calibrated on 250 outcomes, since 2026-11-15 08:00 UTC\n');
  });

  it('say of an experiment whether its arms differ', () => {
    const arm = { experiment: 'sizes', arm: 'small', calls: 40, failed: 1, medianDurationMs: 3_200, costPerCallUsd: 0, judged: 20, okShare: 0.6 };
    const difference = { value: 0.35, from: 0.08, to: 0.56, isClear: true };
    const text = statsText({ ...figures, experiments: [arm, { ...arm, arm: 'strong', okShare: 0.95, costPerCallUsd: 0.0123, difference }] }, { columns: 100, colour: false });
    expect(text).toContain('  sizes: small\n    40 calls, 60 % of 20 judged tasks good, median 3.2 s, $0.00 a call');
    expect(text.replace(/\n +/g, ' ')).toContain('95 % of 20 judged tasks good, +35 % (+8 % to +56 %): a clear difference, median 3.2 s, $0.01 a call');
  });

  it('count a single call as one', () => {
    expect(statsText({ ...figures, calls: { ...figures.calls, unpriced: 1 } }, { columns: 100, colour: false })).toContain('and 1 call of unknown price\n');
  });

  it('fit 40 columns', () => {
    expect(statsText(figures, { columns: 40, colour: false }).split('\n')).toEqual([
      'Team default, since 2026-11-13 09:30 UTC',
      '',
      'Runs     4: 2 done, 1 running, 1 wait',
      '         for a person',
      'Tasks    9 passed first time, 2 after',
      '         rework, 1 need a person, 3 open',
      'Calls    24: 18 local, 6 cloud, 1 failed',
      'Local    ████████░░ 75 %',
      'Tokens   1.3 M in, 31 k out',
      'Cost     $0.42, $0.81 saved by local',
      '         models, and 2 calls of unknown',
      '         price',
      'Memory   3 items (2 trace, 1 fact), 2 kB',
      '         of text',
      'Stored   1.2 MB database, 34 kB in 12',
      '         files',
      '',
      'Models',
      '  ollama/qwen3:8b',
      '    ██████ 18 calls, 151 k tokens,',
      '    $0.00, 1 failed, median 3.2 s, 95 %',
      '    within 21 s',
      '  anthropic/claude-haiku-4-5',
      '    ██░░░░ 6 calls, 151 k tokens, $0.42,',
      '    median 3.2 s, 95 % within 21 s',
      '',
      'Workflows',
      '  Sales report',
      '    ██████ 18 calls, 151 k tokens,',
      '    $0.00, 1 failed',
    ]);
  });
});
