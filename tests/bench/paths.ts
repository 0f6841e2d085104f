/**
 * Does any path lead out of a workspace: `npm run bench:paths [-- --race 30]`.
 *
 * All rows of the corpora beside the repository, raw and decoded once and twice, in every call that takes a path; then a race against
 * processes that exchange folders for links (seconds). Exit 1 when anything escapes.
 */
import { parseArgs } from 'node:util';
import { sharedRows } from '../support/shared-data';
import { attack, type AttackFigures, type PathRow } from './paths/attack';
import { buildPrison } from './paths/prison';
import { race } from './paths/race';

process.env.FULL = '1';

const CORPORA = ['traversal', 'naughty_filenames', 'command_injection_args'];

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { race: { type: 'string', default: '20' } } });
  const lines = ['| corpus | rows | spellings | calls | refused | taken inside | escapes | strange errors |', '|---|---|---|---|---|---|---|---|'];
  const bad: string[] = [];
  for (const corpus of CORPORA) {
    const rows = sharedRows<PathRow>(`data/paths/${corpus}.jsonl`);
    if (!rows) return missing(corpus);
    const prison = buildPrison();
    const figures = await attack(prison, rows);
    prison.remove();
    lines.push(line(corpus, figures));
    bad.push(...figures.escapes, ...figures.strange);
  }
  const prison = buildPrison();
  const raced = await race(prison, Number(values.race) * 1_000);
  prison.remove();
  bad.push(...raced.escapes);
  process.stdout.write(`${lines.join('\n')}\n\nRace of ${values.race} s: ${raced.calls} calls against ${raced.swaps} exchanged folders, ${raced.refused} refused, ${raced.escapes.length} escapes\n`);
  for (const what of bad.slice(0, 50)) process.stdout.write(`${what}\n`);
  return bad.length === 0 ? 0 : 1;
}

function line(corpus: string, { rows, paths, calls, refused, taken, escapes, strange }: AttackFigures): string {
  return `| ${[corpus, rows, paths, calls, refused, taken, escapes.length, strange.length].join(' | ')} |`;
}

function missing(corpus: string): number {
  process.stderr.write(`The corpus ${corpus} is not there; AIOS_SHARED_DIR names the folder that holds data/paths.\n`);
  return 1;
}

void main().then((code) => {
  process.exitCode = code;
});
