/** Words that say nothing about what a text is about; with them a search would have to weigh nearly every item. */
const STOP_WORDS = new Set(
  (
    'a about above after again all also am an and any are as at be because been before being but by can could did do does doing down for from further had has have having he her here hers him his how i if in into is it its ' +
    'just me more most my no nor not now of off on once only or other our out over own same she should so some such than that the their them then there these they this those through to too under until up us very was we were ' +
    'what when where which while who whom why will with would you your ' +
    'aber als am an auch auf aus bei bin bis da das dass dem den der des die doch du ein eine einem einen einer es für hat ich im in ist ja kein man mein mit nach nicht noch nur oder ohne sich sie sind so um und uns vom von war was wenn wer wie wir wo zu zum zur ' +
    'au aux avec ce ces dans de des du elle en est et il je la le les leur lui ma mais mes ne nous on ou par pas pour qu que qui sa se ses son sur ta te tes toi tu un une vos votre vous ' +
    'al como con del el en es esta este la las lo los mas me mi muy no o para pero por que se si sin sobre su sus te tu un una y ya'
  ).split(' '),
);
/** A question has rarely more; each costs a look into the index. */
const MAX_TERMS = 16;
const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}_]*/gu;
/** Scripts written without spaces: each pair of neighbours is a term. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+/gu;

/** What a query looks for: its words without those that say nothing (unless there are only such), each once, at most 16. */
export function searchTerms(query: string): string[] {
  const words = [...new Set(searchableWords(query.slice(0, 10_000)).map((word) => word.toLowerCase()))];
  const telling = words.filter((word) => !STOP_WORDS.has(word));
  // Long words are rare words, mostly.
  return (telling.length > 0 ? telling : words).sort((one, other) => other.length - one.length).slice(0, MAX_TERMS);
}

/** The words of a text as the index keeps them, in order. */
export function searchableWords(text: string): string[] {
  return text.normalize('NFKC').match(WORD)?.flatMap((word) => [...withPairs(word)]) ?? [];
}

function* withPairs(word: string): Generator<string> {
  const spaced = word.replace(UNSPACED, ' ').trim();
  if (spaced !== '') yield* spaced.split(/\s+/);
  for (const [run] of word.matchAll(UNSPACED)) {
    const signs = [...run];
    if (signs.length === 1) yield run;
    for (let index = 1; index < signs.length; index++) yield signs[index - 1]! + signs[index]!;
  }
}
