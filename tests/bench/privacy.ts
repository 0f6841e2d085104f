/**
 * How well and how fast the detector is: `npm run bench:privacy [-- --json] [-- --seed 7]`.
 *
 * All rows of the corpora beside the repository, rows generated from a seed, the slowest texts we know,
 * and n8n's Guardrails node on the same rows where n8n is installed. Exit 1 when a limit is missed.
 */
import { parseArgs } from 'node:util';
import { scanText } from '../../privacy';
import { corporaToFind, generatedCorpora, harmlessCorpora, type Corpus } from './privacy/corpora';
import { guardrailSettings } from './privacy/guardrails';
import { alarmsIn, missesIn, msPerThousand, WORST_TEXTS, type FindPlaces } from './privacy/measure';

process.env.FULL = '1';

const GENERATED_ROWS = 5_000;
const LIMIT_MS = 1;

interface Figure {
  name: string;
  rows: number;
  /** Rows missed, or rows with an alarm. */
  count: number;
  limit?: number;
  detail?: string;
}

function main(): number {
  const { values } = parseArgs({ options: { json: { type: 'boolean', default: false }, seed: { type: 'string', default: '20261121' } } });
  // The shared rows are read when asked for, so that FULL is set by then.
  const generated = generatedCorpora(Number(values.seed), GENERATED_ROWS);
  const toFind = [...(corporaToFind() ?? []), ...generated.toFind];
  const harmless = [...(harmlessCorpora() ?? []), ...generated.harmless];
  const figures = { misses: toFind.map((corpus) => missFigure(corpus, scanText)), alarms: harmless.map((corpus) => alarmFigure(corpus, scanText)) };
  const peers = Object.entries(guardrailSettings() ?? {}).map(([name, find]) => ({ name, misses: toFind.map((corpus) => missFigure(corpus, find)), alarms: harmless.map((corpus) => alarmFigure(corpus, find)) }));
  const speed = speeds([...toFind, ...harmless]);
  const isWithin = [...figures.misses, ...figures.alarms].every(({ rows, count, limit }) => limit === undefined || count <= limit * rows) && speed.usual <= LIMIT_MS && speed.worst.ms <= LIMIT_MS;
  process.stdout.write(values.json ? `${JSON.stringify({ isWithin, ...figures, speed, peers })}\n` : report(figures, speed, peers));
  return isWithin ? 0 : 1;
}

function missFigure(corpus: Corpus, find: FindPlaces): Figure {
  const { rows, missed, places, missedPlaces, byGroup } = missesIn(corpus, find);
  const groups = Object.entries(byGroup).filter(([, group]) => group.missed > 0).map(([name, group]) => `${name} ${group.missed}/${group.rows}`);
  const detail = [`places ${missedPlaces}/${places}`, ...groups.slice(0, 12), ...(find === scanText ? missed.slice(0, 6).map(({ id }) => id) : [])].join(', ');
  return { name: corpus.name, rows, count: missed.length, limit: corpus.limit, detail };
}

function alarmFigure(corpus: Corpus, find: FindPlaces): Figure {
  const alarms = alarmsIn(corpus, find);
  return { name: corpus.name, rows: corpus.rows.length, count: alarms.length, limit: corpus.limit, detail: find === scanText ? alarms.slice(0, 6).map(({ id }) => id).join(', ') : undefined };
}

function speeds(corpora: readonly Corpus[]): { usual: number; worst: { text: string; ms: number } } {
  const texts = corpora.flatMap(({ rows }) => rows.map(({ text }) => text));
  const worst = Object.entries(WORST_TEXTS).map(([text, whole]) => ({ text, ms: msPerThousand([whole], scanText) }));
  return { usual: msPerThousand(texts, scanText), worst: worst.sort((one, other) => other.ms - one.ms)[0]! };
}

const percent = ({ count, rows }: Figure): string => `${((100 * count) / Math.max(1, rows)).toFixed(2)} %`;

function lines(title: string, figures: readonly Figure[]): string[] {
  return [title, ...figures.map((figure) => `  ${figure.name.padEnd(40)} ${percent(figure).padStart(8)}  ${`${figure.count} of ${figure.rows}`.padEnd(14)} ${figure.limit === undefined ? '' : `limit ${100 * figure.limit} %`.padEnd(12)} ${figure.detail ?? ''}`)];
}

interface Figures {
  misses: Figure[];
  alarms: Figure[];
}

function report({ misses, alarms }: Figures, speed: ReturnType<typeof speeds>, peers: ReadonlyArray<Figures & { name: string }>): string {
  const text = [
    ...lines('missed rows', misses),
    ...lines('rows with a false alarm', alarms),
    'CPU time for 1,000 characters',
    `  all rows above                           ${speed.usual.toFixed(3)} ms`,
    `  worst of ${Object.keys(WORST_TEXTS).length} texts of 1,000,000          ${speed.worst.ms.toFixed(3)} ms, ${JSON.stringify(speed.worst.text)} repeated`,
    ...peers.flatMap((peer) => lines(`n8n Guardrails, ${peer.name}`, [...peer.misses.map((figure) => ({ ...figure, name: `missed: ${figure.name}`, limit: undefined, detail: undefined })), ...peer.alarms.map((figure) => ({ ...figure, name: `alarms: ${figure.name}`, limit: undefined }))])),
  ];
  return `${text.join('\n')}\n`;
}

process.exitCode = main();
