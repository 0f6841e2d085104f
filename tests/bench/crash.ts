/**
 * Kills processes at random points and between effect and journal entry, and counts what is lost or done twice:
 * `npm run bench:crash -- [--kills N] [--minutes M] [--pause MS] [--seed S] [--target processes|regular|queue] [--store sqlite|redis] [--json]`.
 *
 * processes (default): stand-ins for n8n that run the product's own code and are back in seconds; regular, queue: real n8n.
 * After M minutes no further kill is made, and what there is is judged; the pause between two kills is 0.5 to 1.5 times MS (2,500; in real n8n 20,000).
 * Exit 1 when a task was lost, a journaled step done again, an effect made twice or a run ended otherwise than without kills; 2 when the call was wrong.
 */
import { parseArgs } from 'node:util';
import { startN8nTarget } from './crash/n8n-target';
import { play, type Outcome } from './crash/play';
import { startProcesses } from './crash/process-target';
import type { JournalReader } from './crash/target';
import { openWitness } from './crash/witness';

const USAGE = 'Usage: npm run bench:crash -- [--kills N] [--minutes M] [--pause MS] [--seed S] [--target processes|regular|queue] [--store sqlite|redis] [--json]\n';

async function main(): Promise<number> {
  const options = parsedOptions();
  if (!options) return (process.stderr.write(USAGE), 2);
  const runIds = new Map<number, string>();
  const isReal = options.target !== 'processes';
  const open = async (journal: JournalReader) => await openWitness(async (run, mark) => await journal(runIds.get(run)!, mark), isReal ? 800 : 250);
  const { target, witness } = isReal ? await startN8nTarget(options.target as 'regular' | 'queue', open) : await startProcesses({ store: options.store as 'sqlite', hosts: 3 }, open);
  const pace = isReal ? { runsAtOnce: 5, pauseMs: options.pauseMs ?? 20_000, endsWithinMs: 300_000 } : { runsAtOnce: 6, pauseMs: options.pauseMs ?? 2_500, endsWithinMs: 180_000 };
  try {
    const startedAtMs = Date.now();
    const onKill = (kind: string, number: number) => void process.stderr.write(`kill ${number} of ${options.kills}: ${kind}\n`);
    const outcome = await play(target, witness, { kills: options.kills, untilMs: startedAtMs + options.minutes * 60_000, seed: options.seed, ...pace, onKill }, runIds);
    process.stdout.write(options.json ? `${JSON.stringify(outcome)}\n` : report(outcome, Date.now() - startedAtMs));
    return outcome.lostTasks + outcome.rerunSteps + outcome.duplicatedEffects + outcome.odd.length > 0 ? 1 : 0;
  } finally {
    await target.close();
  }
}

function parsedOptions() {
  try {
    const { values } = parseArgs({ options: { kills: { type: 'string', default: '20' }, minutes: { type: 'string', default: '600' }, pause: { type: 'string' }, seed: { type: 'string', default: '1' }, target: { type: 'string', default: 'processes' }, store: { type: 'string', default: 'sqlite' }, json: { type: 'boolean', default: false } } });
    const [kills, seed, minutes] = [Number(values.kills), Number(values.seed), Number(values.minutes)];
    const pauseMs = values.pause === undefined ? undefined : Number(values.pause);
    const isRight = Number.isInteger(kills) && kills >= 1 && Number.isInteger(seed) && minutes > 0 && (pauseMs === undefined || pauseMs >= 100) && ['processes', 'regular', 'queue'].includes(values.target) && ['sqlite', 'redis'].includes(values.store);
    return isRight ? { ...values, kills, seed, minutes, pauseMs } : undefined;
  } catch {
    // parseArgs only fails for a call it does not know.
    return undefined;
  }
}

function report(outcome: Outcome, tookMs: number): string {
  const byKind = [...new Set(outcome.kills.map(({ kind }) => kind))].map((kind) => `${outcome.kills.filter((kill) => kill.kind === kind).length} ${kind}`).join(', ');
  const sorted = [...outcome.resumeMs].sort((one, other) => one - other);
  const at = (share: number) => (sorted.length === 0 ? '–' : `${(sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]! / 1_000).toFixed(1)} s`);
  return [
    `${outcome.kills.length} kills in ${Math.round(tookMs / 1_000)} s (${byKind}); ${outcome.runs} runs, ${outcome.tasks} tasks, ${outcome.calls} model calls, ${outcome.effects} effects`,
    `  lost tasks             ${outcome.lostTasks}`,
    `  journaled steps rerun  ${outcome.rerunSteps}`,
    `  duplicated effects     ${outcome.duplicatedEffects}`,
    `  cut calls made again   ${outcome.repeatedCalls}`,
    `  cut twice, to a person ${outcome.cutTwice} runs`,
    `  started again after    p50 ${at(0.5)}, p95 ${at(0.95)}, max ${at(1)} (${sorted.length} restarts)`,
    ...outcome.odd.map((line) => `  odd: ${line}`), '',
  ].join('\n');
}

void main().then((code) => process.exit(code));
