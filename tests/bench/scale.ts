/**
 * n8n in queue mode with Redis and PostgreSQL under many goals: `npm run bench:scale -- [--part kill|speed|memory] [--goals N] [--latency MS]`.
 *
 * kill (default): 40 goals at once on two workers, of which one is killed; all must end.
 * speed: the same goals with one and with two workers; 1.8 times as fast at least.
 * memory: 250 goals of four tasks; the memory of each process in the last third of the time against the middle third, at most 1.25 times.
 * Exit 1 when the limit is missed, 2 when the call was wrong.
 */
import { parseArgs } from 'node:util';
import { killedWorker, memoryOfProcesses, speedOfWorkers } from './scale/parts';

const PARTS = { kill: { measure: killedWorker, goals: 40 }, speed: { measure: speedOfWorkers, goals: 40 }, memory: { measure: memoryOfProcesses, goals: 250 } };
const USAGE = 'Usage: npm run bench:scale -- [--part kill|speed|memory] [--goals N] [--latency MS]\n';

async function main(): Promise<number> {
  const options = parsedOptions();
  if (!options) return (process.stderr.write(USAGE), 2);
  const { lines, isWithin } = await PARTS[options.part].measure({ goals: options.goals, latencyMs: options.latencyMs, say: (text) => void process.stderr.write(`${text}\n`) });
  process.stdout.write(`${lines.join('\n')}\n`);
  return isWithin ? 0 : 1;
}

function parsedOptions(): { part: keyof typeof PARTS; goals: number; latencyMs: number } | undefined {
  try {
    const { values } = parseArgs({ options: { part: { type: 'string', default: 'kill' }, goals: { type: 'string' }, latency: { type: 'string', default: '300' } } });
    if (!(values.part in PARTS)) return undefined;
    const part = values.part as keyof typeof PARTS;
    const [goals, latencyMs] = [Number(values.goals ?? PARTS[part].goals), Number(values.latency)];
    return Number.isInteger(goals) && goals > 0 && latencyMs >= 0 ? { part, goals, latencyMs } : undefined;
  } catch {
    // parseArgs only fails for a call it does not know.
    return undefined;
  }
}

void main().then((code) => process.exit(code));
