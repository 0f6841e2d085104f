import { columnsOf, wrapTo } from '../text/columns';

/** Markdown for a terminal: lines broken between words, and a table that is too wide as one line of values per row. */
export function narrowMarkdown(markdown: string, columns: number): string {
  const lines = markdown.split('\n');
  const wide = lines.filter((line) => isTableRow(line) && columnsOf(line) > columns).length > 0;
  const kept = wide ? lines.filter((line) => !isTableRule(line)).map((line) => (isTableRow(line) ? `- ${cells(line).join(' · ')}` : line)) : lines;
  return wrapTo(columns, kept.join('\n'));
}

const isTableRow = (line: string): boolean => /^\s*\|.*\|\s*$/.test(line);
const isTableRule = (line: string): boolean => /^\s*\|[\s:|-]+\|\s*$/.test(line);

function cells(row: string): string[] {
  return row.trim().slice(1, -1).split(/(?<!\\)\|/).map((cell) => cell.trim()).filter((cell) => cell !== '');
}
