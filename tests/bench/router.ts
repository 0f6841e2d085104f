/**
 * The complexity model against the public rows: `npm run bench:router`. Everything by cross-validation; the same figures at every run.
 * Exit 1 when a limit is missed or the committed weights are not what the fit gives, 2 without rows.
 */
import { estimateComplexity } from '../../router/complexity';
import { committedModel, fitModel, lessonsFrom, storedModel, type Lessons } from '../../scripts/fit-complexity/fit';
import { isArtefact, NO_ROWS, publicRows, seededRandom, type Outcome, type PublicRows } from '../../scripts/fit-complexity/rows';
import type { LabelledRequest } from '../../scripts/fit-complexity/requests';
import { judge } from '../../router/complexity-model/model';
import { byLength, complexityOf, crossFitted, judgedBy, routed, withoutBenchmark } from './router/judged';
import { expectedCalibrationError } from './router/reliability';
import { replay } from './router/replay';
import { apgr, pairedDifference, quantile } from './router/route-quality';

const LIMITS = { mmlu: 0.04, gsm8k: 0.02, outOfDomain: -0.01, calibration: 0.03, p50Ms: 0.1, p99Ms: 0.5 };
/** The model a prompt is judged by: one that has not learnt from it. */
type ModelOf = ReturnType<typeof crossFitted>;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const misses: string[] = [];

async function main(): Promise<number> {
  const rows = publicRows();
  if (!rows) return (process.stderr.write(`${NO_ROWS}\n`), 2);
  const lessons = lessonsFrom(rows);
  const isSame = storedModel(fitModel(lessons)) === committedModel();
  say(`Committed weights: ${isSame ? 'exactly what the fit gives' : 'NOT what the fit gives'} (${(committedModel().length / 1_024).toFixed(1)} KB)\n`);
  if (!isSame) misses.push('weights');
  const crossValidated = crossFitted(lessons, 5, 11);
  inDomain(rows, lessons, crossValidated);
  const priors = outOfDomain(rows, lessons);
  await replays(rows, priors, crossValidated);
  latency(rows);
  say(`\n${misses.length === 0 ? 'All limits met.' : `Missed: ${misses.join(', ')}`}`);
  return misses.length === 0 ? 0 : 1;
}

function inDomain(rows: PublicRows, lessons: Lessons, modelOf: ModelOf): void {
  say('One model for all, 5-fold cross-validation\n\n| rows | length | ours | difference (95 %) | calibration error of "needed" |\n|---|---|---|---|---|');
  const [mmlu, gsm8k, requests] = judgedBy(modelOf, [rows.mmlu, rows.gsm8k, lessons.requests]);
  compare('MMLU', rows.mmlu, mmlu!, LIMITS.mmlu);
  const kept = rows.mmlu.map((_, at) => at).filter((at) => !isArtefact(rows.mmlu[at]!));
  compare('MMLU without the two artefact subjects', kept.map((at) => rows.mmlu[at]!), { complexity: kept.map((at) => mmlu!.complexity[at]!), need: kept.map((at) => mmlu!.need[at]!) });
  compare('GSM8K', rows.gsm8k, gsm8k!, LIMITS.gsm8k);
  judgedRequests(lessons.requests, requests!);
}

function judgedRequests(requests: readonly LabelledRequest[], { complexity, need }: { complexity: number[]; need: number[] }): void {
  const aboveHalf = (level: LabelledRequest['level']): string => {
    const of = complexity.filter((_, at) => requests[at]!.level === level);
    return `${((100 * of.filter((value) => value >= 0.5).length) / of.length).toFixed(1)} % of ${of.length} ${level}`;
  };
  const error = expectedCalibrationError(need, requests.map(({ target }) => target));
  say(`\nLabelled requests, not learnt from: at or above one half ${aboveHalf('simple')}, ${aboveHalf('medium')}, ${aboveHalf('complex')}; calibration error ${figure(error)}`);
}

function compare(name: string, rows: readonly Outcome[], judged: { complexity: number[]; need: number[] }, limit?: number): void {
  const { difference, low, high } = pairedDifference(routed(rows, judged.complexity), byLength(rows), seededRandom(5), 500);
  const error = expectedCalibrationError(judged.need, rows.map(({ small, large }) => (large > small ? 1 : 0)));
  say(`| ${name} (${rows.length}) | ${figure(apgr(routed(rows, byLength(rows))))} | ${figure(apgr(routed(rows, judged.complexity)))} | ${signed(difference)} (${signed(low)} to ${signed(high)}) | ${figure(error)} |`);
  if (limit !== undefined && difference < limit) misses.push(`${name} ${signed(difference)} (limit ${signed(limit)})`);
}

const OUTCOME_SETS = ['mmlu', 'gsm8k', 'mmlu_pro', 'ulab'] as const;
type Priors = Record<(typeof OUTCOME_SETS)[number], ModelOf>;

function outOfDomain(rows: PublicRows, lessons: Lessons): Priors {
  say('\nStrictly out of domain: fitted without that benchmark\n\n| rows | length | ours | difference (95 %) |\n|---|---|---|---|');
  return Object.fromEntries(OUTCOME_SETS.map((set) => {
    const model = withoutBenchmark(lessons, set);
    const complexity = complexityOf(model, rows[set]);
    const { difference, low, high } = pairedDifference(routed(rows[set], complexity), byLength(rows[set]), seededRandom(6), 300);
    say(`| ${set} | ${figure(apgr(routed(rows[set], byLength(rows[set]))))} | ${figure(apgr(routed(rows[set], complexity)))} | ${signed(difference)} (${signed(low)} to ${signed(high)}) |`);
    if ((set === 'mmlu' || set === 'gsm8k') && difference < LIMITS.outOfDomain) misses.push(`${set} out of domain ${signed(difference)}`);
    return [set, () => model];
  })) as unknown as Priors;
}

/** Outcomes in a history; of both models, each prompt gives two. */
const HISTORY_SIZES = { both: [250, 500], one: [100, 250, 500, 1_000] };
const HISTORIES = 8;

async function replays(rows: PublicRows, outOfDomainPriors: Priors, shippedPrior: ModelOf): Promise<void> {
  say(`\nCalibrate on replayed histories; ${HISTORIES} histories each, gain on the other rows\n\n| prior | rows | outcomes | of | applied | gain (standard error) | worst |\n|---|---|---|---|---|---|---|`);
  for (const set of OUTCOME_SETS) {
    const most = set === 'gsm8k' ? 250 : 1_000;
    for (const kind of ['both', 'one'] as const) for (const outcomes of HISTORY_SIZES[kind]) {
      if (outcomes <= most) await replayed(rows[set], set, { name: 'out of domain', modelOf: outOfDomainPriors[set] }, kind, outcomes);
    }
    for (const kind of ['both', 'one'] as const) await replayed(rows[set], set, { name: 'shipped, cross-validated', modelOf: shippedPrior }, kind, 250);
  }
}

async function replayed(rows: readonly Outcome[], set: string, prior: { name: string; modelOf: ModelOf }, kind: 'both' | 'one', outcomes: number): Promise<void> {
  const complexity = rows.map((row) => judge(row.features, prior.modelOf(row)).complexity);
  const prompts = kind === 'both' ? outcomes / 2 : outcomes;
  const { gain, worst, error, appliedShare } = await replay(rows, complexity, { prompts, kind, histories: HISTORIES, modelOf: prior.modelOf });
  say(`| ${prior.name} | ${set} | ${outcomes} | ${kind === 'both' ? 'both models' : 'one model by turns'} | ${Math.round(appliedShare * HISTORIES)} of ${HISTORIES} | ${signed(gain)} (${figure(error)}) | ${signed(worst)} |`);
  if (set === 'mmlu' && prior.name === 'out of domain' && outcomes === 250 && gain < LIMITS.calibration) misses.push(`calibration on MMLU, ${kind} ${signed(gain)} (limit ${signed(LIMITS.calibration)})`);
  if (gain < -2 * error) misses.push(`calibration makes ${set} worse (${prior.name}, ${outcomes}, ${kind})`);
}

function latency(rows: PublicRows): void {
  const texts = [...rows.mmlu, ...rows.gsm8k, ...rows.ulab].map(({ prompt }) => prompt);
  const timesMs = [0, 1].flatMap(() => texts.map((text) => {
    const start = performance.now();
    estimateComplexity({ messages: [{ role: 'user', text }] });
    return performance.now() - start;
  })).slice(texts.length).sort((a, b) => a - b);
  const [p50, p99] = [quantile(timesMs, 0.5), quantile(timesMs, 0.99)];
  say(`\nOne estimate (${texts.length} prompts): p50 ${p50.toFixed(3)} ms, p99 ${p99.toFixed(3)} ms`);
  if (p50 > LIMITS.p50Ms || p99 > LIMITS.p99Ms) misses.push('latency');
}

const figure = (value: number): string => value.toFixed(3);
const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;

void main().then((code) => (process.exitCode = code));
