import { styleText } from 'node:util';
import type { Terminal } from './command';

export type Colour = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** Text in a style, where the terminal has colours. */
export function styled(style: Parameters<typeof styleText>[0], text: string, { colour }: Pick<Terminal, 'colour'>): string {
  // The terminal has decided; styleText's own look at stdout would know nothing of --json.
  return colour ? styleText(style, text, { validateStream: false }) : text;
}
