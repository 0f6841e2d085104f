import type { Measured } from './measure';

export interface Verdict {
  text: string;
  isMet: boolean;
}

const FASTER_THAN_AGENT = 10;
const FASTER_THAN_CHAIN = 4;
const OF_IDEAL = 0.7;

/** Speed is judged where the same number of calls may be under way as n8n would allow itself; a local host is asked two things at once on purpose. */
export function verdicts(found: readonly Measured[]): Verdict[] {
  const agent = found.find(({ name }) => name.includes('AI Agent'));
  const chain = found.find(({ name }) => name.includes('Chain'));
  const ours = found.filter(({ atOnce }) => atOnce !== undefined);
  return [
    ...ours.filter(({ name }) => !name.includes('local host')).flatMap((one) => [
      ...(agent ? [atLeast(agent.nodeMs / one.nodeMs, FASTER_THAN_AGENT, `${one.name}: times as fast as n8n's AI Agent`)] : []),
      ...(chain ? [atLeast(chain.nodeMs / one.nodeMs, FASTER_THAN_CHAIN, `${one.name}: times as fast as Basic LLM Chain`)] : []),
    ]),
    ...ours.map((one) => atLeast(one.idealMs! / one.nodeMs, OF_IDEAL, `${one.name}: of the ideal`)),
    ...found.map(({ name, misplaced }) => ({ text: `${name}: order and pairing kept${misplaced > 0 ? `, but for ${misplaced} items` : ''}`, isMet: misplaced === 0 })),
  ];
}

function atLeast(value: number, least: number, what: string): Verdict {
  return { text: `${what}: ${value.toFixed(2)} (at least ${least})`, isMet: value >= least };
}
