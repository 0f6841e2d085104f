import { scanText } from '../../privacy';
import { corporaToFind, generatedCorpora, harmlessCorpora, type Corpus } from '../bench/privacy/corpora';
import { alarmsIn, missesIn, msPerThousand, WORST_TEXTS } from '../bench/privacy/measure';

/** A tenth of a corpus holds so few rows that one more or less says nothing. */
const ONE_ROW = process.env.FULL === '1' ? 0 : 1;
const GENERATED_ROWS = process.env.FULL === '1' ? 5_000 : 1_000;

const generated = generatedCorpora(Number(process.env.SEED ?? 1), GENERATED_ROWS);
const toFind = [...(corporaToFind() ?? []), ...generated.toFind];
const harmless = [...(harmlessCorpora() ?? []), ...generated.harmless];
const most = ({ limit, rows }: Corpus): number => Math.max(ONE_ROW, Math.floor(limit! * rows.length));
const limited = (corpora: readonly Corpus[]) => corpora.filter(({ limit }) => limit !== undefined).map((corpus) => [corpus.name, corpus] as const);

it.each(limited(toFind))('misses hardly any of: %s', (_name, corpus) => {
  const { missed } = missesIn(corpus, scanText);
  expect({ tooMany: missed.length > most(corpus), missed: missed.length > most(corpus) ? missed.map(({ id }) => id) : [] }).toEqual({ tooMany: false, missed: [] });
});

it.each(limited(harmless))('raises hardly any alarm on: %s', (_name, corpus) => {
  const alarms = alarmsIn(corpus, scanText);
  expect({ tooMany: alarms.length > most(corpus), alarms: alarms.length > most(corpus) ? alarms.map(({ id }) => id) : [] }).toEqual({ tooMany: false, alarms: [] });
});

it('misses hardly any vendor secret in any one carrier', () => {
  for (const corpus of toFind.filter(({ name }) => name.endsWith('vendor secrets')))
    for (const [carrier, { rows, missed }] of Object.entries(missesIn(corpus, scanText).byGroup)) expect({ carrier, missed: missed > Math.max(1, 0.02 * rows) }).toEqual({ carrier, missed: false });
});

// The goal is 1 ms and the benchmark holds it; here a text is ten times shorter and other tests run beside. What grows with the square would take seconds.
it.each(Object.entries(WORST_TEXTS))('stays linear in a text of nothing but %j', (_piece, text) => {
  expect(msPerThousand([text.slice(0, 100_000)], scanText)).toBeLessThan(5);
});
