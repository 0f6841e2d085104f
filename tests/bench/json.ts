/**
 * How much of a model's broken JSON is read as it was meant: `npm run bench:json [-- --json] [-- --seed 7] [-- --wrong]`.
 *
 * The corpora beside the repository, then calls and damages of our own from a seed. Exit 1 when a limit is missed.
 */
import { parseArgs } from 'node:util';
import { generatedFigures, sharedFigures, type Measured } from './json/measure';

process.env.FULL = '1';

const CALLS_PER_KIND = 100;
const SLOWEST_MS = 100;
/** All generated rows together; one kind alone must reach its own limit. */
const LEAST_GENERATED = 0.98;

function main(): number {
  const { values } = parseArgs({ options: { json: { type: 'boolean', default: false }, seed: { type: 'string', default: '20261121' }, wrong: { type: 'boolean', default: false } } });
  const shared = sharedFigures();
  if (!shared) process.stderr.write('The corpora are not beside this repository; AIOS_SHARED_DIR names another place. Only generated rows are measured.\n');
  const generated = generatedFigures(Number(values.seed), CALLS_PER_KIND);
  const all = [...(shared ?? []), together(generated), ...generated];
  const isMet = all.every(isWithin);
  if (values.json) process.stdout.write(`${JSON.stringify({ isMet, figures: all.map(({ wrong, ...figure }) => ({ ...figure, wrong: wrong.slice(0, 5) })) })}\n`);
  else process.stdout.write(`${all.flatMap((figure) => [line(figure), ...(values.wrong ? figure.wrong.map((row) => `      ${JSON.stringify(row)}`) : [])]).join('\n')}\n`);
  return isMet ? 0 : 1;
}

function together(parts: readonly Measured[]): Measured {
  const sum = (key: 'rows' | 'right' | 'crashed') => parts.reduce((total, part) => total + part[key], 0);
  return { name: 'our own damages, all kinds', least: LEAST_GENERATED, rows: sum('rows'), right: sum('right'), crashed: sum('crashed'), slowestMs: Math.max(...parts.map(({ slowestMs }) => slowestMs)), wrong: [] };
}

function isWithin({ rows, right, least, crashed, slowestMs }: Measured): boolean {
  return crashed === 0 && slowestMs <= SLOWEST_MS && (least === undefined || right >= least * rows);
}

function line(figure: Measured): string {
  const { name, rows, right, least, crashed, slowestMs } = figure;
  const limit = least === undefined ? '' : `at least ${(100 * least).toFixed(0)} %`;
  return `${isWithin(figure) ? 'met   ' : 'MISSED'} ${name.padEnd(36)} ${((100 * right) / rows).toFixed(1).padStart(5)} %  ${`${right} of ${rows}`.padEnd(12)} ${limit.padEnd(15)} ${crashed} crashed, slowest ${slowestMs.toFixed(1)} ms`;
}

process.exitCode = main();
