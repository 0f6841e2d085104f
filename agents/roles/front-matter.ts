/** A file with facts at its top: YAML between two lines of `---`, then text. */
export interface FrontMatter {
  yaml: string;
  body: string;
}
export type SplitFrontMatter = FrontMatter | { problem: string; line: number };

/**
 * Splits front matter from the text below it. A byte order mark and CRLF are taken as what editors write.
 * Only plain `---` opens it: other words behind it name languages that some tools would execute.
 */
export function splitFrontMatter(text: string): SplitFrontMatter {
  const lines = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n').split('\n');
  const first = lines[0]!.trimEnd();
  if (first !== '---') return { line: 1, problem: first.startsWith('---') ? `it begins with ${JSON.stringify(first.slice(0, 40))}; the first line must be "---" and nothing else` : 'the first line must be "---", then the fields, then "---" again' };
  const end = lines.findIndex((line, index) => index > 0 && line.trimEnd() === '---');
  if (end < 0) return { line: lines.length, problem: 'the fields have no end: a line with "---" is missing' };
  return { yaml: lines.slice(1, end).join('\n'), body: lines.slice(end + 1).join('\n').trim() };
}
