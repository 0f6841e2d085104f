/**
 * Does a secret ever leave? `npm run bench:secret [-- --count 10000] [-- --seed 7] [-- --json]`.
 *
 * Secret prompts, by label and by content, against faults, retries, fallbacks, streams, connected cloud models and tools, with the
 * local model up, down and flapping. The clouds keep every byte. Exit 1 when one prompt arrives, is quoted, or the clouds were deaf.
 */
import { parseArgs } from 'node:util';
import { storm, type LocalState, type StormResult } from './secret/storm';

const STATES: readonly LocalState[] = ['up', 'down', 'flapping'];

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { json: { type: 'boolean', default: false }, seed: { type: 'string', default: '20261121' }, count: { type: 'string', default: '10000' } } });
  let holds = true;
  for (const [index, state] of STATES.entries()) {
    const startedMs = performance.now();
    const result = await storm(state, { seed: Number(values.seed) + index, count: Math.ceil(Number(values.count) / STATES.length) });
    holds &&= result.arrived === 0 && result.marks === 0 && result.quoted.length === 0 && result.kept === 0 && result.keptHarmless > 0 && result.control >= 20 && result.outcomes['ANSWERED ELSEWHERE'] === undefined;
    const seconds = (performance.now() - startedMs) / 1_000;
    process.stdout.write(values.json ? `${JSON.stringify({ state, seconds, ...result })}\n` : text(state, seconds, result));
  }
  return holds ? 0 : 1;
}

function text(state: LocalState, seconds: number, { prompts, outcomes, arrived, cloudBytes, marks, quoted, kept, keptHarmless, control }: StormResult): string {
  const became = Object.entries(outcomes).sort(([, a], [, b]) => b - a).map(([name, count]) => `${name} ${count}`).join(', ');
  return [
    `local model ${state}: ${prompts} secret prompts in ${seconds.toFixed(0)} s`,
    `  arrived in a cloud: ${arrived} (mark found ${marks} times in ${cloudBytes} bytes); quoted in logs and errors: ${quoted.length}${quoted.length > 0 ? `, like ${quoted[0]}` : ''}`,
    `  answers kept to be given again: ${kept}; of the harmless prompts afterwards: ${keptHarmless}`,
    `  became: ${became}`,
    `  control: ${control} requests for 20 harmless prompts arrived`,
    '',
  ].join('\n');
}

void main().then((exitCode) => (process.exitCode = exitCode));
