/** Only so much of an answer's end is read: loops last until something ends them. */
const TAIL_CHARACTERS = 8_000;
const FEWEST_REPEATS = 8;
/** Shorter lines repeat in sound answers, too: brackets, list marks, table cells. */
const SHORTEST_LINE_CHARACTERS = 16;
const SHORTEST_LOOP_CHARACTERS = 300;

/** What an answer says again and again: the same line or sentence (numbers aside), or an end that only repeats itself. `undefined` when it is no loop. */
export function repeatedUnit(text: string): string | undefined {
  const tail = text.slice(-TAIL_CHARACTERS);
  return tail.length >= SHORTEST_LOOP_CHARACTERS / 2 ? (repeatedLine(tail) ?? repeatedEnd(tail)) : undefined;
}

function repeatedLine(text: string): string | undefined {
  const raw = text.split(/\n|(?<=[.!?。])\s/);
  if (raw.length < FEWEST_REPEATS) return undefined;
  const counts = new Map<string, number>();
  const lines = raw.map(plain).filter((line) => line.length > 0);
  for (const line of lines) if (line.length >= SHORTEST_LINE_CHARACTERS && /\p{L}{3}/u.test(line)) counts.set(line, (counts.get(line) ?? 0) + 1);
  const all = lines.reduce((sum, line) => sum + line.length, 0);
  return [...counts].find(([line, count]) => count >= FEWEST_REPEATS && count * line.length >= all * 0.6)?.[0];
}

/** By the failure function of the text read backwards: the shortest period of each of its ends, in one pass. */
function repeatedEnd(text: string): string | undefined {
  if (text.length < SHORTEST_LOOP_CHARACTERS) return undefined;
  const last = text.length - 1;
  const border = new Int32Array(text.length);
  for (let index = 1; index <= last; index += 1) {
    const code = text.charCodeAt(last - index);
    let length = border[index - 1]!;
    while (length > 0 && code !== text.charCodeAt(last - length)) length = border[length - 1]!;
    border[index] = code === text.charCodeAt(last - length) ? length + 1 : 0;
    const size = index + 1;
    const period = size - border[index]!;
    if (size < SHORTEST_LOOP_CHARACTERS || size < period * FEWEST_REPEATS) continue;
    const unit = text.slice(-period);
    if (/\p{L}/u.test(unit)) return unit;
  }
  return undefined;
}

/** So much of a prompt is looked through for what it asks to repeat. */
const PROMPT_CHARACTERS = 20_000;
/** Numbers in a prompt are taken for "so many times" when the answer repeats about as often. */
const NEARLY = 0.2;

/**
 * Did the prompt ask for this repetition ("Write 'I shall not talk' 100 times")? It did when it quotes what is repeated, or names about as many times as it
 * was repeated. An answer that was cut ended in the middle of it: there the prompt must both quote it and name a number at least as large.
 */
export function asksForRepetition(prompt: string, { unit, text, wasCut }: { unit: string; text: string; wasCut: boolean }): boolean {
  const asked = prompt.slice(0, PROMPT_CHARACTERS);
  const times = plain(text).split(plain(unit)).length - 1;
  const numbers = (asked.match(/\d{1,3}(?:[.,'’ ]\d{3})+|\d+/g) ?? []).map((number) => Number(number.replace(/\D/g, '')));
  if (wasCut) return quotes(asked, unit) && numbers.some((number) => number >= times);
  return quotes(asked, unit) || numbers.some((number) => number >= FEWEST_REPEATS && Math.abs(number - times) <= number * NEARLY);
}

/** Wherever the unit was cut out of the repetition: it may begin with any of its words. Short ones stand in nearly every text, so they must stand in quotation marks. */
function quotes(prompt: string, unit: string): boolean {
  const [words, read] = [plain(unit).split(' ').filter((word) => word !== ''), plain(prompt)];
  const turned = words.map((_, at) => [...words.slice(at), ...words.slice(0, at)].join(' '));
  return turned.some((words) => (words.length >= SHORTEST_LINE_CHARACTERS ? read.includes(words) : new RegExp(`["'“”„«»‘’\`「『]${escaped(words)}[.,!]?["'“”«»‘’\`」』]`, 'u').test(read)));
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Numbers and spacing aside: lists count their lines. */
function plain(text: string): string {
  return text.replace(/\d+/g, '#').replace(/\s+/g, ' ').trim().toLowerCase();
}
