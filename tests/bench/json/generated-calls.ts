import type { JsonObject, JsonValue } from '../../../kernel';
import type { Random } from '../privacy/random';

/** A call as the model meant it. */
export interface MeantCall {
  name: string;
  arguments: JsonObject;
}

const VERBS = ['read', 'write', 'search', 'book', 'convert', 'list', 'send', 'plot', 'rename', 'query'];
const NOUNS = ['file', 'invoice', 'ticket', 'weather', 'issue', 'table', 'flight', 'recipe', 'branch', 'sensor'];
const KEYS = ['path', 'title', 'query', 'limit', 'start_date', 'tags', 'options', 'body', 'userId', 'unit', 'threshold', 'recipients', 'notify', 'parent'];
const TEXTS = ['Zürich', 'src/app.py', 'https://example.com/a?b=1,2&c=[x]', "It's due, isn't it?", 'first, second; third', 'Tea (green) for two', '2026-02-28T09:30:00Z', 'naïve café ☕', 'a: b, c: d', 'SELECT * FROM t WHERE x = 1', 'ada@example.com', '#42', '50 % off', '<b>bold</b>', 'C#', 'left → right'];

export function generatedCall(random: Random): MeantCall {
  const count = random.between(1, 5);
  const keys = new Set(Array.from({ length: count }, () => random.pick(KEYS)));
  return { name: `${random.pick(VERBS)}_${random.pick(NOUNS)}`, arguments: Object.fromEntries([...keys].map((key) => [key, value(random, 0)])) };
}

/** Every tool a generated call may name. */
export const ALL_TOOLS: readonly string[] = VERBS.flatMap((verb) => NOUNS.map((noun) => `${verb}_${noun}`));

function value(random: Random, depth: number): JsonValue {
  const kind = random.between(0, depth < 2 ? 9 : 6);
  if (kind <= 3) return random.pick(TEXTS);
  if (kind === 4) return random.between(-500, 5_000);
  if (kind === 5) return random.between(0, 999) / 8;
  if (kind === 6) return random.pick([true, false, null]);
  if (kind === 7) return Array.from({ length: random.between(1, 4) }, () => random.pick(TEXTS));
  if (kind === 8) return Array.from({ length: random.between(1, 3) }, () => random.between(0, 99));
  return Object.fromEntries(Array.from({ length: random.between(1, 3) }, () => [random.pick(KEYS), value(random, depth + 1)]));
}
