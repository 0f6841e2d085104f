import { columnsOf } from './columns';
import { plainText } from './plain-text';

/**
 * Breaks text, which may be a server's, into lines of at most `columns` columns. A word, or a command in backticks, is never broken: it is to be copied.
 *
 * @param indent put before each line
 */
export function wrap(text: string, columns: number, indent = ''): string[] {
  const words = plainText(text).match(/\S*`[^`]*`\S*|\S+/g) ?? [];
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && columnsOf(indent + longer) > columns) {
      lines.push(indent + line);
      line = word;
    } else {
      line = longer;
    }
  }
  return line === '' ? lines : [...lines, indent + line];
}
