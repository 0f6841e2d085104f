/**
 * Everything that can go wrong with a model service, against the real router, drivers and HTTP servers: `npm run bench:faults`.
 * 16 kinds of fault × streamed or plain × 3 drivers × seeds (default 100). Exit 1 when a call hung, threw what is no error of
 * ours, took a cut answer for a whole one, stayed without the answer it could have had, or left a socket open; 2 when the call was wrong.
 */
import { parseArgs } from 'node:util';
import { playMatrix, type PlayedCell } from './faults/matrix';

const AT_ONCE = 24;
const MOST_SHOWN = 20;

async function main(): Promise<number> {
  const seeds = Number(parsedSeeds());
  if (!Number.isInteger(seeds) || seeds < 1) return (process.stderr.write('Usage: npm run bench:faults [-- --seeds N]\n'), 2);
  const played: PlayedCell[] = [];
  let uncaught = 0;
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) process.on(event, (error) => { uncaught += 1; process.stderr.write(`${event}: ${String(error)}\n`); });
  const startMs = Date.now();
  await playMatrix(Array.from({ length: seeds }, (_, index) => index + 1), AT_ONCE, (cell) => void played.push(cell));
  process.stdout.write(report(played, uncaught, (Date.now() - startMs) / 1_000));
  return uncaught > 0 || played.some(({ faults }) => faults.length > 0) ? 1 : 0;
}

function parsedSeeds(): string | undefined {
  try {
    return parseArgs({ options: { seeds: { type: 'string', default: '100' } } }).values.seeds;
  } catch {
    // parseArgs only fails for a call it does not know.
    return undefined;
  }
}

function report(played: PlayedCell[], uncaught: number, seconds: number): string {
  const wrong = played.filter(({ faults }) => faults.length > 0);
  const kinds = [...new Set(played.map(({ kind }) => kind))].sort();
  const row = (kind: string): string => {
    const of = played.filter((cell) => cell.kind === kind);
    const count = (fits: (cell: PlayedCell) => boolean) => of.filter(fits).length;
    return `| ${kind} | ${of.length} | ${count(({ answered }) => answered)} | ${count(({ cut }) => cut)} | ${count(({ answered, cut }) => !answered && !cut)} | ${count(({ faults }) => faults.length > 0)} |`;
  };
  return [
    '| kind | calls | answered | said to be cut | refused with an error | wrong |', '|---|---|---|---|---|---|', ...kinds.map(row), '',
    `${played.length} calls in ${seconds.toFixed(0)} s: ${played.filter(({ hung }) => hung).length} hung, ${uncaught} uncaught, ${wrong.length} wrong.`,
    ...wrong.slice(0, MOST_SHOWN).map((cell) => `  ${cell.kind}, ${cell.mode}, ${cell.vendor}, ${cell.scene}, seed ${cell.seed}: ${cell.faults.join('; ')}`), '',
  ].join('\n');
}

void main().then((code) => (process.exitCode = code));
