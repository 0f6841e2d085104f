import type { Terminal } from '../../cli';

/** A terminal that keeps what is written to it. */
export function recordingTerminal(look: Partial<Pick<Terminal, 'columns' | 'colour' | 'interactive'>> = {}): Terminal & { out: string[]; said: string[] } {
  const out: string[] = [];
  const said: string[] = [];
  return { out, said, print: (text) => void out.push(text), say: (text) => void said.push(text), columns: 80, colour: false, interactive: false, ...look };
}
