import { openSandbox } from '../../skills';

/** A process whose sandbox is busy in bash for a minute. Prints the job's process. */
const sandbox = openSandbox({ onStart: (pid) => console.log(pid) });
void sandbox.layers().then(async () => await sandbox.run({ language: 'bash', code: 'while true; do :; done', files: {}, limits: { timeMs: 60_000 } }, new AbortController().signal));
