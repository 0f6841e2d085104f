import stringWidth from 'string-width';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Columns the text takes in a terminal: 2 for CJK and emoji, 0 for colours and combining marks. */
export function columnsOf(text: string): number {
  return stringWidth(text);
}

/** Cuts plain text (no colours) to so many columns, an ellipsis included; a character is never cut in half. */
export function cutTo(columns: number, text: string): string {
  if (columnsOf(text) <= columns) return text;
  let kept = '';
  let used = 1;
  for (const { segment } of graphemes.segment(text)) {
    used += columnsOf(segment);
    if (used > columns) break;
    kept += segment;
  }
  return columns < 1 ? '' : `${kept.trimEnd()}…`;
}

/** Fills up with spaces; longer text stays as it is. */
export function padTo(columns: number, text: string): string {
  return text + ' '.repeat(Math.max(0, columns - columnsOf(text)));
}

/** Breaks each line between words; a word that is too long stays whole, so that paths and addresses can be copied. Lines within ``` stay as they are. */
export function wrapTo(columns: number, text: string): string {
  let inCode = false;
  return text.split('\n').map((line) => {
    if (/^\s*```/.test(line)) inCode = !inCode;
    return inCode ? line : wrapLine(columns, line);
  }).join('\n');
}

function wrapLine(columns: number, line: string): string {
  if (columnsOf(line) <= columns) return line;
  const indent = /^\s*(?:[-*]\s+|\d+\.\s+)?/.exec(line)![0];
  const rows = [indent];
  for (const word of line.slice(indent.length).split(/ +/)) {
    const current = rows.at(-1)!;
    const joined = current.trim() === '' || current === indent ? current + word : `${current} ${word}`;
    if (columnsOf(joined) <= columns || current === indent) rows[rows.length - 1] = joined;
    else rows.push(' '.repeat(indent.length) + word);
  }
  return rows.join('\n');
}
