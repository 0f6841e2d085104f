const HUNK = /^@@(?: -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)?)?(?: @@.*| *)$/;

/**
 * A unified diff whose hunks count what they really hold. Small models write the right lines under wrong numbers, or none (`@@`); the lines
 * are still looked for in the file one by one, so a wrong place is never patched. As `git apply --recount` does.
 */
export function recountedDiff(diff: string): string {
  const lines = diff.replace(/\r\n/g, '\n').replace(/\n+$/, '').split('\n');
  const out: string[] = [];
  for (let at = 0; at < lines.length; ) {
    const header = HUNK.exec(lines[at]!);
    if (!header) {
      out.push(lines[at++]!);
      continue;
    }
    const body = hunkBody(lines, at + 1);
    out.push(hunkHeader(header, body), ...body);
    at += 1 + body.length;
  }
  return `${out.join('\n')}\n`;
}

function hunkBody(lines: readonly string[], start: number): string[] {
  const body: string[] = [];
  for (let at = start; at < lines.length && !isNext(lines, at); at++) body.push(lines[at] === '' ? ' ' : lines[at]!);
  return body;
}

function isNext(lines: readonly string[], at: number): boolean {
  const line = lines[at]!;
  return HUNK.test(line) || line.startsWith('diff --git ') || (line.startsWith('--- ') && (lines[at + 1] ?? '').startsWith('+++ '));
}

function hunkHeader([, oldStart = '1', newStart = '1']: RegExpExecArray, body: readonly string[]): string {
  const count = (sign: string) => body.filter((line) => line.startsWith(sign) || line.startsWith(' ')).length;
  const [oldLines, newLines] = [count('-'), count('+')];
  return `@@ -${oldLines === 0 ? '0' : oldStart},${oldLines} +${newLines === 0 ? '0' : newStart},${newLines} @@`;
}
