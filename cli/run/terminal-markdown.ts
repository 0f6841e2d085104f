import type { Terminal } from '../command';
import { styled } from '../styled';
import { columnsOf, wrapTo } from '../text/columns';

/** Markdown for a terminal: headings and strong words bold, lines broken between words, a table that is too wide as one line of values per row. */
export function terminalMarkdown(markdown: string, terminal: Terminal): string {
  const { columns } = terminal;
  const lines = markdown.split('\n');
  const wide = lines.filter((line) => isTableRow(line) && columnsOf(line) > columns).length > 0;
  const kept = wide ? lines.filter((line) => !isTableRule(line)).map((line) => (isTableRow(line) ? `- ${cells(line).join(' · ')}` : line)) : lines;
  return wrapTo(columns, emphasised(kept, terminal).join('\n'));
}

/** Lines of code stay as they are. */
function emphasised(lines: readonly string[], terminal: Terminal): string[] {
  let inCode = false;
  return lines.map((line) => {
    if (/^\s*```/.test(line)) inCode = !inCode;
    return inCode ? line : emphasisedLine(line, terminal);
  });
}

function emphasisedLine(line: string, terminal: Terminal): string {
  const heading = /^#{1,6} +(.*)$/.exec(line)?.[1];
  if (heading !== undefined) return styled('bold', heading.replaceAll('**', ''), terminal);
  return line.replace(/\*\*([^*]+)\*\*/g, (_, words: string) => styled('bold', words, terminal));
}

const isTableRow = (line: string): boolean => /^\s*\|.*\|\s*$/.test(line);
const isTableRule = (line: string): boolean => /^\s*\|[\s:|-]+\|\s*$/.test(line);

function cells(row: string): string[] {
  return row.trim().slice(1, -1).split(/(?<!\\)\|/).map((cell) => cell.trim()).filter((cell) => cell !== '');
}
