import { TeamAwayError, TeamRefusedError } from '../../../cli/run/errors';
import { runChanges } from '../../../cli/run/run-changes';
import type { RunView } from '../../../cli/run/run-view';
import { watchRun, type WatchEnd } from '../../../cli/run/watch-run';
import { fakeClock } from '../../support/fake-clock';
import { sampleTask, sampleView } from './sample-view';

const away = () => new TeamAwayError('http://127.0.0.1:5678/webhook/aios', 'does not answer');

function watch(answers: Array<RunView | Error>, timeoutMs = 3_600_000) {
  const clock = fakeClock();
  const stop = new AbortController();
  const askedAtMs: number[] = [];
  const views: string[] = [];
  const troubles: string[] = [];
  const begunAtMs = clock.nowMs();
  const client = {
    read: async () => {
      askedAtMs.push(clock.nowMs() - begunAtMs);
      const answer = answers.length > 1 ? answers.shift()! : answers[0]!;
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  const end: Promise<WatchEnd> = watchRun({ client, runId: 'run-1', signal: stop.signal, clock, deadlineAtMs: begunAtMs + timeoutMs, onView: ({ status }) => views.push(status), onTrouble: (problem) => troubles.push(problem ? 'lost' : 'back') });
  return { end, clock, stop, askedAtMs, views, troubles };
}

describe('watching a run', () => {
  it.each(['done', 'failed', 'waiting', 'stopped'])('ends when it is %s', async (status) => {
    const { end, clock, views } = watch([sampleView({ status: 'queued' }), sampleView(), sampleView({ status })]);
    await clock.advanceAndSettle(2_000);
    expect((await end).how).toBe('over');
    expect(views).toEqual(['queued', 'running', status]);
  });

  it('asks more slowly while nothing happens, every five seconds at last', async () => {
    const { clock, askedAtMs, stop, end } = watch([sampleView()]);
    await clock.advanceAndSettle(60_000);
    const pauses = askedAtMs.slice(1).map((atMs, index) => atMs - askedAtMs[index]!);
    expect(pauses.slice(0, 4)).toEqual([500, 750, 1_125, 1_687.5]);
    expect(Math.max(...pauses)).toBe(5_000);
    stop.abort();
    await end;
  });

  it('says once that the connection is lost and once that it is back', async () => {
    const { end, clock, troubles, askedAtMs } = watch([sampleView(), away(), away(), away(), sampleView({ status: 'done' })]);
    await clock.advanceAndSettle(10_000);
    expect((await end).how).toBe('over');
    expect(troubles).toEqual(['lost', 'back']);
    expect(askedAtMs).toEqual([0, 500, 1_500, 3_500, 7_500]);
  });

  it('leaves the server alone for as long as it asks', async () => {
    const { clock, askedAtMs, end } = watch([new TeamAwayError('http://127.0.0.1:1/webhook/aios', 'answers 429', 20_000), sampleView({ status: 'done' })]);
    await clock.advanceAndSettle(30_000);
    await end;
    expect(askedAtMs).toEqual([0, 20_000]);
  });

  it('gives up where asking again would change nothing', async () => {
    const { end } = watch([new TeamRefusedError(404, 'There is no such run.', 'Check the id.')]);
    await expect(end).rejects.toThrow('There is no such run.');
  });

  it('has a deadline, with and without a connection', async () => {
    for (const answer of [sampleView(), away()]) {
      const { end, clock } = watch([answer], 60_000);
      await clock.advanceAndSettle(60_000);
      expect((await end).how).toBe('timeout');
    }
  });

  it('ends at Ctrl-C without waiting for the next answer', async () => {
    const { end, clock, stop } = watch([sampleView()]);
    await clock.advanceAndSettle(100);
    stop.abort();
    expect(await end).toMatchObject({ how: 'left', view: { status: 'running' } });
  });
});

describe('what is new', () => {
  const running = sampleView({ tasks: [sampleTask('a', { status: 'running', attempts: 1 }), sampleTask('b', { dependsOn: ['a'] })] });

  it('is everything at first, then what has changed', () => {
    expect(runChanges(undefined, running).map(({ kind }) => kind)).toEqual(['status', 'task', 'task']);
    const passed = sampleView({ tasks: [sampleTask('a', { status: 'passed', attempts: 1 }), sampleTask('b', { dependsOn: ['a'] })] });
    expect(runChanges(running, passed)).toMatchObject([{ kind: 'task', task: { id: 'a', status: 'passed' } }]);
  });

  it('is not the cost alone', () => {
    const dearer = sampleView({ tasks: [{ ...running.tasks[0]!, costUsd: 0.5 }, running.tasks[1]!] });
    expect(runChanges(running, dearer)).toEqual([]);
  });
});
