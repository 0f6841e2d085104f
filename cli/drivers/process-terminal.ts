import type { Terminal } from '../command';

const USUAL_COLUMNS = 80;
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
    // https://no-color.org: any value but the empty one counts.
    colour: Boolean(process.stdout.isTTY) && !isDumb && !environment.NO_COLOR,
    interactive: Boolean(process.stdout.isTTY) && !isDumb && !environment.CI,
  };
}
