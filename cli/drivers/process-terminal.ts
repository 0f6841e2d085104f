import type { Terminal } from '../command';

const USUAL_COLUMNS = 80;
const USUAL_ROWS = 24;
const FEWEST_COLUMNS = 20;

/** The terminal this process was started from. */
export function processTerminal(environment: Readonly<Record<string, string | undefined>> = process.env): Terminal {
  const isDumb = environment.TERM === 'dumb';
  return {
    print: (text) => void process.stdout.write(`${text}\n`),
    say: (text) => void process.stderr.write(`${text}\n`),
    // Read anew at each use: windows are resized.
    get columns() {
      return Math.max(FEWEST_COLUMNS, process.stdout.columns ?? USUAL_COLUMNS);
    },
    get rows() {
      return process.stdout.rows ?? USUAL_ROWS;
    },
    // https://no-color.org: any value but the empty one counts.
    colour: Boolean(process.stdout.isTTY) && !isDumb && !environment.NO_COLOR,
    // What is drawn over goes to stderr: with "2> log" the log would be full of escape sequences.
    interactive: Boolean(process.stdout.isTTY && process.stderr.isTTY) && !isDumb && !environment.CI,
  };
}
