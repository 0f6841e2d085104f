/**
 * All places a global pattern matches. As `matchAll`, which copies the pattern first: for the two dozen patterns that read every text, copying takes longer
 * than reading a short one.
 *
 * @param pattern with the flag `g`; matches at least one character
 */
export function matchesOf(text: string, pattern: RegExp): RegExpExecArray[] {
  const matches: RegExpExecArray[] = [];
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) matches.push(match);
  return matches;
}
