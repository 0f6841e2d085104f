import type { Terminal } from '../command';

const USUAL_COLUMNS = 80;
const USUAL_ROWS = 24;
const FEWEST_COLUMNS = 20;

/**
 * The terminal this process was started from.
 *
 * @param onClosed called when nobody reads any more what is written (`| head`)
 */
export function processTerminal(onClosed: () => void, environment: Readonly<Record<string, string | undefined>> = process.env): Terminal {
  const isDumb = environment.TERM === 'dumb';
  const [print, say] = [process.stdout, process.stderr].map((stream) => writerTo(stream, onClosed)) as [Terminal['print'], Terminal['say']];
  return {
    print,
    say,
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

/** Without a listener a closed pipe would end the process with a stack trace; other faults, such as a full disk, still do. */
function writerTo(stream: NodeJS.WriteStream, onClosed: () => void): (text: string) => void {
  let isWatched = false;
  return (text) => {
    if (!isWatched) {
      stream.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EPIPE') throw error;
        onClosed();
      });
    }
    isWatched = true;
    stream.write(`${text}\n`);
  };
}
