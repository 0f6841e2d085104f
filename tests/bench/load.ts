/**
 * What the package costs n8n at its start: `npm run bench:load [-- --n8n] [--json]`.
 *
 * Always: all node and credential files, loaded as n8n does, in fresh processes.
 * With --n8n: n8n's real start with and without the package, in interleaved pairs (about four minutes).
 * Exit 1 when a limit is missed, 2 when the call was wrong.
 */
import { existsSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { hostDir } from '../../scripts/n8n-host/place';
import { measureN8nStart, type StartFigures } from './n8n-start';
import { measureNodeLoad, type LoadFigures } from './node-load';
import { shown } from './statistics';

const LIMITS = { ms: 100, rssMb: 15 };
const RUNS = 20;
const PAIRS = 10;
const ROOT = join(__dirname, '..', '..');

async function main(): Promise<number> {
  const options = parsedOptions();
  if (!options || !existsSync(join(ROOT, 'dist', 'team.js'))) return wrongCall(options ? 'There is no dist/ yet: run "npm run build" first.' : 'Usage: npm run bench:load [-- --n8n] [--json]');
  const host = hostDir();
  if (options.n8n && !existsSync(host)) return wrongCall('n8n is not installed yet: run "npm start" once, then again.');

  const nodePath = join(existsSync(host) ? host : ROOT, 'node_modules');
  const load = measureNodeLoad(ROOT, nodePath, RUNS);
  const start = options.n8n ? await measureN8nStart(host, PAIRS, (line) => process.stderr.write(`${line}\n`)) : undefined;
  if (load.files === 0) return wrongCall('package.json names no nodes; there is nothing to measure.');
  const isWithin = load.overEmpty.ms <= LIMITS.ms && load.overEmpty.rssMb <= LIMITS.rssMb;
  process.stdout.write(options.json ? `${JSON.stringify({ machine: machine(), limits: LIMITS, isWithin, load, start })}\n` : table(load, start));
  return isWithin ? 0 : 1;
}

function parsedOptions(): { n8n: boolean; json: boolean } | undefined {
  try {
    const { values } = parseArgs({ options: { n8n: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } } });
    return { n8n: values.n8n, json: values.json };
  } catch {
    // parseArgs only fails for a call it does not know.
    return undefined;
  }
}

function wrongCall(message: string): number {
  process.stderr.write(`${message}\n`);
  return 2;
}

const machine = () => ({ cores: cpus().length, memoryGb: Math.round(totalmem() / 1024 ** 3), platform: `${process.platform}-${process.arch}`, node: process.version });

function table(load: LoadFigures, start: StartFigures | undefined): string {
  const lines = [
    `${load.files} node and credential files, ${load.runs} fresh processes: median (min–max)`,
    `  load        ${shown(load.loadMs, 1)} ms`,
    `  memory      ${shown(load.rssMb, 1)} MB, empty package ${shown(load.emptyRssMb, 1)} MB`,
    `  over empty  ${load.overEmpty.ms.toFixed(1)} ms of ${LIMITS.ms}, ${load.overEmpty.rssMb.toFixed(1)} MB of ${LIMITS.rssMb}`,
  ];
  if (start) lines.push(...startLines(start));
  return `${lines.join('\n')}\n`;
}

function startLines(start: StartFigures): string[] {
  return [
    `n8n's start to readiness, ${start.pairs} interleaved pairs: median (min–max)`,
    `  without     ${shown(start.without.readyMs, 0)} ms, ${shown(start.without.rssMb, 0)} MB`,
    `  with        ${shown(start.with.readyMs, 0)} ms, ${shown(start.with.rssMb, 0)} MB`,
    `  difference  ${shown(start.differenceMs, 0)} ms, ${shown(start.differenceRssMb, 0)} MB`,
  ];
}

void main().then((code) => (process.exitCode = code));
