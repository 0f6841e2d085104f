import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { sharedRows } from '../../support/shared-data';
import { generatedHarmless, generatedPeople } from './generated-people';
import { generatedSecrets } from './generated-secrets';
import { seededRandom } from './random';

/** A text and the places in it that must be found; none: nothing may be. */
export interface Row {
  id: string;
  text: string;
  spans: ReadonlyArray<{ start: number; end: number }>;
  /** For figures by group: a carrier, a kind. */
  group?: string;
}

export interface Corpus {
  name: string;
  /** The most that may be missed or raise an alarm, of all rows; undefined: shown without a limit. */
  limit?: number;
  rows: Row[];
}

interface SharedRow {
  id: string;
  text?: string;
  code?: string;
  label?: number | string;
  carrier?: string;
  spans?: Array<{ start: number; end: number; type: string }>;
}

/** Names, places and dates say who is meant only together; the detector leaves them alone (docs/decisions/0010). */
const NOT_HARD = new Set(['PERSON', 'ORG', 'ORGANIZATION', 'TITLE', 'SYSTEM', 'BANK', 'ADDRESS', 'LOCATION', 'STREET_ADDRESS', 'GPE', 'DATE_TIME', 'AGE', 'DOMAIN_NAME', 'ZIP_CODE', 'NRP', 'PREFIX']);

/** What must be found. Undefined where the shared data is not beside the repository. */
export function corporaToFind(): Corpus[] | undefined {
  const secrets = sharedRows<SharedRow>('data/secrets/generated_by_rule.jsonl');
  if (!secrets) return undefined;
  const snapshots = sharedRows<SharedRow>('data/secrets/secretlint_snapshots.jsonl')!.filter(({ label }) => label === 1);
  return [
    { name: 'vendor secrets', limit: 0.02, rows: secrets.map((row) => ({ ...rowOf(row), group: row.carrier })) },
    { name: "secretlint's own tests", rows: snapshots.map(rowOf) },
    { name: 'hard identifiers', limit: 0.01, rows: people().filter(({ spans }) => spans.length > 0) },
  ];
}

/** What must not raise an alarm. */
export function harmlessCorpora(): Corpus[] | undefined {
  const listed = sharedRows<SharedRow>('data/secrets/gitleaks_false_positives.jsonl');
  if (!listed) return undefined;
  const prompts = sharedRows<SharedRow>('data/injection/prompts.jsonl')!;
  const code = (['benign', 'payload_snippets', 'redcode_exec'] as const).flatMap((name) => sharedRows<SharedRow>(`data/code/${name}.jsonl`)!);
  const withoutSpans = (rows: readonly SharedRow[]) => rows.map((row) => ({ ...rowOf(row), spans: [] }));
  return [
    { name: 'benign requests', limit: 0.05, rows: withoutSpans(prompts.filter(({ label }) => label === 0)) },
    { name: 'sentences without hard identifiers', limit: 0.05, rows: people().filter(({ spans }) => spans.length === 0) },
    { name: 'code', limit: 0.05, rows: withoutSpans(code) },
    { name: "gitleaks' false positives", limit: 0.2, rows: withoutSpans(listed) },
    { name: 'attacks on prompts', rows: withoutSpans(prompts.filter(({ label }) => label === 1)) },
    { name: 'webhook bodies (mail addresses count)', rows: webhooks() },
  ];
}

/** Rows nobody has looked at: made from a seed, by descriptions that know nothing of the detector's table. */
export function generatedCorpora(seed: number, count: number): { toFind: Corpus[]; harmless: Corpus[] } {
  const random = seededRandom(seed);
  const secrets = generatedSecrets(random, count).map(({ text, secret, carrier }, index) => ({ id: `secret-${seed}-${index}`, text, spans: [placeOf(text, secret)], group: carrier }));
  const found = generatedPeople(random, count).map(({ text, value, kind }, index) => ({ id: `person-${seed}-${index}`, text, spans: [placeOf(text, value!)], group: kind }));
  const harmless = generatedHarmless(random, count).map(({ text }, index) => ({ id: `harmless-${seed}-${index}`, text, spans: [] }));
  return {
    toFind: [{ name: 'generated vendor secrets', limit: 0.02, rows: secrets }, { name: 'generated identifiers', limit: 0.01, rows: found }],
    harmless: [{ name: 'generated harmless texts', limit: 0.05, rows: harmless }],
  };
}

function placeOf(text: string, value: string): { start: number; end: number } {
  const written = text.includes(value) ? value : encodeURIComponent(value);
  const start = text.indexOf(written);
  return { start, end: start + written.length };
}

const rowOf = ({ id, text, code, spans }: SharedRow): Row => ({ id, text: text ?? code ?? '', spans: spans ?? [] });

function people(): Row[] {
  const rows = (['presidio', 'nannigalaxy'] as const).flatMap((name) => sharedRows<SharedRow>(`data/pii/${name}.jsonl`)!);
  return rows.map((row) => ({ ...rowOf(row), spans: row.spans!.filter(({ type }) => !NOT_HARD.has(type)) }));
}

function webhooks(): Row[] {
  const folder = join(process.env.AIOS_SHARED_DIR ?? join(__dirname, '../../../../shared'), 'data/webhooks');
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /[\\/].+\.json$/.test(file));
  return files.map((file) => ({ id: file, text: readFileSync(join(folder, file), 'utf8'), spans: [] }));
}
