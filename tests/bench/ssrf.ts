/**
 * Does a fetch ever reach the inside? `npm run bench:ssrf [-- --json]`.
 *
 * The rows of ../shared/data/ssrf and every internal place in every notation we know, straight, behind redirects, behind names and behind
 * names that change, against a real server on 127.0.0.1 in which every forbidden connection would end. Exit 1 when it saw one, when it
 * is deaf, or when public pages are refused.
 */
import { parseArgs } from 'node:util';
import { isPublicIp, webAddress } from '../../kernel';
import { sharedRows } from '../support/shared-data';
import { PUBLIC_ADDRESSES, PUBLIC_IPS } from './ssrf/public-addresses';
import { addressAttacks, generatedAttacks, measureSsrf, type Attack, type SsrfResult } from './ssrf/measure';

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
  process.env.FULL = '1';
  const rows = sharedRows<{ url: string }>('data/ssrf/ssrf_urls.jsonl');
  const generated = generatedAttacks();
  const sets: [string, readonly Attack[]][] = [
    ...(rows ? [['rows of data/ssrf', addressAttacks(rows.map(({ url }) => url))] as [string, Attack[]]] : []),
    ...(['address', 'redirect', 'name', 'rebinding'] as const).map((kind): [string, Attack[]] => [`made here: ${kind}`, generated.filter((attack) => attack.kind === kind)]),
  ];
  let holds = true;
  for (const [name, attacks] of sets) {
    const result = await measureSsrf(attacks);
    holds &&= result.hits.length === 0 && result.control === 1;
    process.stdout.write(values.json ? `${JSON.stringify({ name, ...result })}\n` : text(name, result));
  }
  const refused = [...PUBLIC_ADDRESSES.filter((address) => !isTaken(address)), ...PUBLIC_IPS.filter((ip) => !isPublicIp(ip))];
  process.stdout.write(values.json ? `${JSON.stringify({ name: 'public', tried: PUBLIC_ADDRESSES.length + PUBLIC_IPS.length, refused })}\n` : `public addresses refused: ${refused.length} of ${PUBLIC_ADDRESSES.length + PUBLIC_IPS.length} ${refused.join(' ')}\n`);
  return holds && refused.length === 0 ? 0 : 1;
}

function isTaken(address: string): boolean {
  try {
    return webAddress(address).href !== '';
  } catch {
    return false;
  }
}

function text(name: string, { tried, hits, outcomes, control }: SsrfResult): string {
  const became = Object.entries(outcomes).sort(([, one], [, other]) => other - one).map(([outcome, count]) => `${outcome} ${count}`).join(', ');
  const shown = hits.slice(0, 5).map((attack) => JSON.stringify(attack)).join('\n    ');
  return `${name}: ${tried} tried, the canary saw ${hits.length} (control: ${control} of 1)\n  ${became}\n${shown === '' ? '' : `    ${shown}\n`}`;
}

void main().then((exitCode) => (process.exitCode = exitCode));
