import { createInsights, prometheusText, readSince, suggestModel, firstSteps } from '../../insights';
import { makeId } from '../../kernel';
import { openSqliteRecallTallies } from '../../memory';
import { openSqliteCalibrationStore, openSqliteLedger, type LedgerEntry, openSqliteOutcomeLog } from '../../router';
import { openSqliteRunStore, openSqliteRunTallies } from '../../runs';
import { openSqlite } from '../../storage';
import { fakeClock } from '../support/fake-clock';
import { sampleRun } from '../support/sample-runs';

const NOW_MS = Date.UTC(2026, 10, 20, 12);
const GB = 1024 ** 3;

describe('since', () => {
  it.each([['90m', 90 * 60_000], ['24h', 86_400_000], ['7d', 7 * 86_400_000], ['4W', 28 * 86_400_000]])('%s is a span before now', (text, spanMs) => expect(readSince(text, NOW_MS)).toBe(NOW_MS - spanMs));
  it('may be a date, or all time', () => expect([readSince('2026-11-01', NOW_MS), readSince(' all ', NOW_MS)]).toEqual([Date.UTC(2026, 10, 1), 0]));
  it.each(['', 'soon', '7', '-3d', '2026-13-01', '2027-01-01'])('refuses "%s"', (text) => expect(() => readSince(text, NOW_MS)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' })));
});

/** A database with the tables of runs. */
function openSqliteRuns(clock: ReturnType<typeof fakeClock>) {
  const database = openSqlite(':memory:');
  openSqliteRunStore({ database, clock, makeId });
  return database;
}

describe('figures of a team', () => {
  async function figures() {
    const clock = fakeClock(NOW_MS);
    const database = openSqlite(':memory:');
    const ledger = openSqliteLedger(database, clock);
    const runs = openSqliteRunStore({ database, clock, makeId });
    const entry = (callId: string, more: Partial<LedgerEntry>): LedgerEntry => ({ callId, atMs: NOW_MS - 1_000, model: 'anthropic/claude', provider: 'anthropic', local: false, privacy: 'internal', promptTokens: 100, completionTokens: 20, costUsd: 0.5, durationMs: 2_000, outcome: 'ok', ...more });
    await ledger.settle(entry('a', {}));
    for (const callId of ['b', 'c', 'd']) await ledger.settle(entry(callId, { model: 'ollama/qwen3:8b', local: true, costUsd: 0, savedUsd: 0.1 }));
    await ledger.settle(entry('e', { costUsd: null, outcome: 'PROVIDER_DOWN' }));
    await runs.create(sampleRun());
    return createInsights({ team: 'sales "east"', ledger, calibrations: openSqliteCalibrationStore(database, clock), outcomes: openSqliteOutcomeLog(database, clock), tallies: openSqliteRunTallies({ database, clock }), sizes: { read: async () => ({ storeBytes: 1_000, fileBytes: 50, files: 2 }) }, clock });
  }

  it('add up over all models', async () => {
    const stats = await (await figures()).stats({ sinceMs: 0 });
    expect(stats).toMatchObject({ team: 'sales "east"', atMs: NOW_MS, runs: { total: 1, queued: 1 }, storage: { files: 2 } });
    expect(stats.calls).toEqual({ total: 5, local: 3, cloud: 2, failed: 1, promptTokens: 500, completionTokens: 100, costUsd: 0.5, unpriced: 1, savedUsd: expect.closeTo(0.3), localShare: 0.6 });
  });

  it('name the workflows that cost most in the metrics, and count the others as one', async () => {
    const clock = fakeClock(NOW_MS);
    const ledger = openSqliteLedger(openSqlite(':memory:'), clock);
    for (let workflow = 0; workflow < 60; workflow += 1) await ledger.settle({ callId: `call-${workflow}`, atMs: NOW_MS, model: 'anthropic/claude', provider: 'anthropic', local: false, privacy: 'internal', workflow: `w${workflow}`, promptTokens: 1, completionTokens: 1, costUsd: workflow, durationMs: 1, outcome: 'ok' });
    const text = await createInsights({ team: 't', ledger, outcomes: openSqliteOutcomeLog(openSqliteRuns(clock), clock), calibrations: openSqliteCalibrationStore(openSqliteRuns(clock), clock), tallies: openSqliteRunTallies({ database: openSqliteRuns(clock), clock }), sizes: { read: async () => ({ storeBytes: 0, fileBytes: 0, files: 0 }) }, clock }).metrics();
    const costs = text.split('\n').filter((line) => line.startsWith('aios_workflow_cost_usd_total{'));
    expect(costs).toHaveLength(51);
    expect(costs[0]).toBe('aios_workflow_cost_usd_total{team="t",workflow="w59"} 59');
    expect(costs.at(-1)).toBe('aios_workflow_cost_usd_total{team="t",workflow="others"} 45');
  });

  it('say how often recalls found something', async () => {
    const clock = fakeClock(NOW_MS);
    const database = openSqliteRuns(clock);
    const recallTallies = openSqliteRecallTallies({ database, clock });
    await recallTallies.add({ byAgents: 3, byAgentsFound: 2, byOthers: 1, givenPassed: 4, givenFailed: 1 });
    const insights = createInsights({ team: 't', ledger: openSqliteLedger(database, clock), outcomes: openSqliteOutcomeLog(database, clock), calibrations: openSqliteCalibrationStore(database, clock), tallies: openSqliteRunTallies({ database, clock }), sizes: { read: async () => ({ storeBytes: 0, fileBytes: 0, files: 0 }) }, recallTallies, clock });
    expect((await insights.stats({ sinceMs: NOW_MS })).recalls).toEqual({ total: 4, found: 2, hitRate: 0.5, byAgents: { total: 3, found: 2 }, given: 5, givenPassed: 4 });
    const text = await insights.metrics();
    expect(text).toContain('aios_memory_recalls_total{team="t",by="agents",found="true"} 2\n');
    expect(text).toContain('aios_memory_given_total{team="t",outcome="failed"} 1\n');
  });

  it('have no local share without calls', async () => expect((await (await figures()).stats({ sinceMs: NOW_MS })).calls).toMatchObject({ total: 0, localShare: null }));

  it('are metrics that Prometheus can read', async () => {
    const text = await (await figures()).metrics();
    expect(text.endsWith('\n')).toBe(true);
    for (const line of text.trimEnd().split('\n')) expect(line).toMatch(/^(# (HELP|TYPE) aios_[a-z0-9_]+ .+|aios_[a-z0-9_]+(\{([a-z]+="(\\.|[^"\\])*",?)+\})? -?[0-9.e+-]+)$/);
    expect(text).toContain('aios_model_calls_total{team="sales \\"east\\"",model="ollama/qwen3:8b",local="true"} 3\n');
    expect(text).toContain('aios_model_call_median_seconds{team="sales \\"east\\"",model="anthropic/claude"} 2\n');
    const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('escape what would break a line', () => {
    const text = prometheusText([{ name: 'a', help: 'x\ny\\z', type: 'gauge', samples: [{ labels: { model: 'a\n"b"\\' }, value: Number.POSITIVE_INFINITY }] }]);
    expect(text).toBe('# HELP a x\\ny\\\\z\n# TYPE a gauge\na{model="a\\n\\"b\\"\\\\"} +Inf\n');
  });
});

describe('the model that is suggested', () => {
  it.each([[4, 'qwen3:1.7b'], [7.6, 'qwen3:4b'], [15.5, 'qwen3:8b'], [31.2, 'qwen3:14b'], [96, 'qwen3:32b']])('for %s GB of memory is %s', (gigabytes, name) => expect(suggestModel(gigabytes * GB).name).toBe(name));

  const tried = [{ url: 'http://localhost:11434', why: 'nothing listens at this address' }];

  it('comes after how to install Ollama', () => {
    const [step] = firstSteps({ tried }, 16 * GB);
    expect(step).toBe('Install and start Ollama (https://ollama.com/download), then pull a model: `ollama pull qwen3:8b` (5.2 GB; fits the 16 GB of memory here).');
  });

  it('is not read off this machine when Ollama runs on another', () => {
    const [step] = firstSteps({ url: 'http://ada:secret@192.168.1.20:11434', tried: [] }, 4 * GB);
    expect(step).toMatch(/where Ollama runs \(http:\/\/192\.168\.1\.20:11434\): `ollama pull qwen3:8b`.*4 GB say nothing about that one/);
  });

  it('is not read off a container either: Ollama runs around it', () => {
    const [step] = firstSteps({ tried, inContainer: true }, 4 * GB);
    expect(step).toMatch(/n8n runs in a container.*ollama pull qwen3:8b/);
  });
});
