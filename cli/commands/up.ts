import type { Command, CommandContext, ExitCode } from '../command';
import { exitCodeOf, spawnStart } from '../drivers/clone-start';
import { cloneRoot } from '../package-root';

const USAGE = `Usage: aios up [--port P] [--data DIR] [--rehearsal]

The same as "npm start": n8n on 127.0.0.1 with the nodes and templates in place.
In the clone only; what else can be done is said when it is called elsewhere.

  --port P      port of the editor and the HTTP interface (default 5678; 0 takes
                a free one)
  --data DIR    folder for everything n8n and the team store (default .data in
                the clone)
  --rehearsal   answer with the built-in scripted model; for trying things out
                without a model
  --json        print one JSON line on stdout when ready
`;

export const up: Command = { name: 'up', summary: 'starts n8n with the team in place (in the clone)', usage: USAGE, run };

async function run({ args, json, signal, terminal }: CommandContext): Promise<ExitCode> {
  const clone = cloneRoot();
  if (clone === undefined) {
    terminal.say('"aios up" needs the clone of n8n-nodes-aios. With an n8n of your own: install "n8n-nodes-aios" there under Settings → Community nodes, then call "npx n8n-nodes-aios templates install --n8n URL". Or clone the repository and call "npm start".');
    return 2;
  }
  const child = spawnStart(clone, [...args, ...(json ? ['--json'] : [])], { stdio: 'inherit', detached: false });
  // Ctrl-C in a terminal reaches it too; a signal sent to us alone does not.
  signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
  const exitCode = await exitCodeOf(child);
  return exitCode === 0 || exitCode === 2 ? exitCode : 1;
}
