/**
 * Many items at the nodes' defaults: `npm run bench:agents [-- --items 200] [-- --latency 50] [-- --rounds 2] [-- --only "text"] [-- --json]`.
 *
 * One real n8n, one run, one stub that answers each call after the same time: n8n's AI Agent and Basic LLM Chain, our Specialist Agent and LLM Router.
 * The time is the node's own, as n8n counts it. Exit 1 when a limit is missed.
 */
import { parseArgs } from 'node:util';
import { startAgentsBench, type Measured } from './agents/measure';
import { verdicts } from './agents/verdicts';
import { targets } from './agents/targets';

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { items: { type: 'string', default: '200' }, latency: { type: 'string', default: '50' }, rounds: { type: 'string', default: '2' }, only: { type: 'string' }, json: { type: 'boolean', default: false } } });
  const options = { items: Number(values.items), rounds: Number(values.rounds), latencyMs: Number(values.latency) };
  const bench = await startAgentsBench(options.latencyMs);
  const found: Measured[] = [];
  try {
    for (const target of targets().filter(({ name }) => values.only === undefined || name.includes(values.only))) {
      const one = await bench.measure(target, options);
      found.push(one);
      process.stderr.write(`${line(one, options.items)}\n`);
    }
  } finally {
    await bench.close();
  }
  const judged = verdicts(found);
  if (values.json) process.stdout.write(`${JSON.stringify({ ...options, found, verdicts: judged })}\n`);
  else process.stdout.write(`${found.map((one) => line(one, options.items)).join('\n')}\n${judged.map(({ text, isMet }) => `${isMet ? 'met   ' : 'MISSED'} ${text}`).join('\n')}\n`);
  return judged.every(({ isMet }) => isMet) ? 0 : 1;
}

function line({ name, nodeMs, processorMs, atOnce, idealMs, misplaced }: Measured, items: number): string {
  const ideal = idealMs === undefined ? '' : `  ${atOnce} at once, ideal ${idealMs} ms, ${(idealMs / nodeMs).toFixed(2)} of it`;
  return `${name.padEnd(42)} ${nodeMs.toFixed(0).padStart(6)} ms  ${(nodeMs / items).toFixed(1).padStart(6)} ms an item  ${(processorMs / items).toFixed(1).padStart(5)} ms of processor${ideal}${misplaced > 0 ? `  ${misplaced} MISPLACED` : ''}`;
}

void main().then((code) => process.exit(code));
