import type { DoctorReport } from '../../team';
import type { Terminal } from '../command';
import { styled } from '../styled';
import { plainText } from '../text/plain-text';
import { wrap } from '../text/wrap';

type Check = DoctorReport['checks'][number];
type Model = NonNullable<Check['models']>[number];
type Look = Pick<Terminal, 'columns' | 'colour'>;

const MARKS = {
  ok: { mark: '✓', word: 'ok', colour: 'green' },
  warning: { mark: '!', word: 'warning', colour: 'yellow' },
  failed: { mark: '✗', word: 'failed', colour: 'red' },
  notConfigured: { mark: '-', word: 'not set', colour: 'gray' },
} as const;

/** Wide enough for the longest mark and word. */
const STATUS_COLUMNS = 11;
const INDENT = '  ';
const MOST_MODELS = 12;

/** The report for a person. @param offersProbe whether to say that models can be tried */
export function reportText(report: DoctorReport, look: Look, { offersProbe }: { offersProbe: boolean }): string {
  const untried = offersProbe && report.checks.some(({ models }) => models?.some(({ local, probe }) => local && !probe));
  const advice = [...report.advice, ...(untried ? ['See what the local models really can: `aios doctor --probe`'] : [])];
  return [
    ...report.checks.flatMap((check) => checkLines(check, look)),
    '',
    styled('bold', report.ok ? 'Ready for a first goal. What to do next:' : 'Not ready yet. What to do next:', look),
    ...advice.flatMap((text, index) => hanging(`${index + 1}. `, text, look)),
  ].join('\n');
}

function checkLines(check: Check, look: Look): string[] {
  const { mark, word, colour } = MARKS[check.status];
  const status = `${mark} ${word}`.padEnd(STATUS_COLUMNS);
  const title = plainText([check.title, check.version].filter(Boolean).join(' '));
  const place = [check.address, check.latencyMs === undefined ? undefined : `${check.latencyMs} ms`].filter(Boolean).join(', ');
  return [
    `${styled(colour, status, look)}${styled('bold', title, look)}`,
    ...(place === '' ? [] : wrap(place, look.columns, INDENT)),
    ...wrap(check.detail, look.columns, INDENT),
    ...modelLines(check.models ?? [], look),
  ];
}

function modelLines(models: readonly Model[], look: Look): string[] {
  const shown = models.slice(0, MOST_MODELS);
  const more = models.length - shown.length;
  return [...shown.flatMap((model) => hanging(`${INDENT}- `, modelText(model), look)), ...(more > 0 ? [`${INDENT}- and ${more} more`] : [])];
}

function modelText({ name, local, contextTokens, tools, vision, sizeBytes, probe }: Model): string {
  const facts = [
    ...(sizeBytes === undefined ? [] : [`${(sizeBytes / 1e9).toFixed(1)} GB`]),
    `context ${thousands(contextTokens)}`,
    tools ? 'tools' : 'no tools',
    ...(vision ? ['vision'] : []),
    ...(local ? [] : ['not on this machine']),
  ];
  return `${name}: ${facts.join(', ')}${probe ? `. ${probeText(probe)}` : ''}`;
}

function probeText({ atMs, tools, schema, usableContextTokens, tokensPerSecond, notes }: NonNullable<Model['probe']>): string {
  const speed = tokensPerSecond === null ? 'speed not measured' : `${tokensPerSecond} tokens/s`;
  const words = { passed: 'work', failed: 'fail', notRun: 'not tried' } as const;
  return [`Tried ${new Date(atMs).toISOString().slice(0, 10)}: tools ${words[tools]}, answers in a given shape ${words[schema]}, keeps ${thousands(usableContextTokens)} of context, ${speed}.`, ...notes].join(' ');
}

function thousands(tokens: number): string {
  return tokens >= 1_024 ? `${Math.round(tokens / 1_024)}k` : String(tokens);
}

/** The first line behind `head`, the others below its text. */
function hanging(head: string, text: string, look: Look): string[] {
  const [first = '', ...rest] = wrap(text, look.columns, ' '.repeat(head.length));
  return [head + first.trimStart(), ...rest];
}
