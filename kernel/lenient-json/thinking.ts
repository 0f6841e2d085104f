const TAG = /<(\/?)(think|thinking|thought|reasoning|reflection)>/gi;
const CLOSING = /<\/(?:think|thinking|thought|reasoning)>/i;
/** A tag right behind a quote or a brace is part of the data. */
const TAG_IN_DATA = /["{]\s*</;

/** Some chat templates swallow the opening tag, so text up to a lone closing tag is thinking as well. */
export function withoutThinking(answer: string): string {
  const text = withoutPairs(answer);
  const closing = CLOSING.exec(text);
  if (!closing || TAG_IN_DATA.test(text.slice(0, closing.index + 1))) return text;
  return text.slice(closing.index + closing[0].length);
}

/** In one pass: a model that writes nothing but opening tags must not hold up the process. */
function withoutPairs(answer: string): string {
  const tags = [...answer.matchAll(TAG)].map(({ 0: whole, 1: slash, 2: name, index: place }) => ({ name: name!.toLowerCase(), isClosing: slash !== '', place, end: place + whole.length }));
  const lastClosing = new Map(tags.filter(({ isClosing }) => isClosing).map(({ name, place }) => [name, place]));
  let [kept, from] = ['', 0];
  let open: { name: string; start: number } | undefined;
  for (const { name, isClosing, place, end } of tags) {
    if (!open && !isClosing && (lastClosing.get(name) ?? -1) > place) open = { name, start: place };
    else if (open && isClosing && open.name === name) {
      kept += answer.slice(from, open.start);
      [from, open] = [end, undefined];
    }
  }
  return kept + answer.slice(from);
}
