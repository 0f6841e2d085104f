import type { Terminal } from '../command';

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;
export type Colour = keyof typeof CODES;

/** Colours text where the terminal shows colours. No meaning may be in the colour alone. */
export function paint({ colour }: Pick<Terminal, 'colour'>, name: Colour, text: string): string {
  return colour ? `\u001b[${CODES[name]}m${text}\u001b[0m` : text;
}
