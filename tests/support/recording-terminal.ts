import type { Terminal } from '../../cli';

export interface RecordingTerminal extends Terminal {
  out: string[];
  said: string[];
}

/** A terminal that keeps what was written to it. */
export function recordingTerminal(more: Partial<Terminal> = {}): RecordingTerminal {
  const out: string[] = [];
  const said: string[] = [];
  return { out, said, print: (text) => void out.push(text), say: (text) => void said.push(text), columns: 80, rows: 24, colour: false, interactive: false, ...more };
}
