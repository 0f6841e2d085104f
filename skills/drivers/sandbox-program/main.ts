/**
 * The program in the sandbox's process (docs/decisions/0028): reads one job, runs it in just-bash, answers, ends.
 * Nothing here is a protection; whatever this process could do, a job that broke out of the interpreter could do, too.
 */
import type { ProgramAnswer, ProgramJob } from '../sandbox-protocol';
import { runJob } from './run-job';

const received: Buffer[] = [];

process.stdin.on('data', (chunk: Buffer) => {
  received.push(chunk);
  if (!chunk.includes('\n')) return;
  const job = JSON.parse(Buffer.concat(received.splice(0)).toString('utf8')) as ProgramJob;
  void runJob(job).then((answer) => send(job.seal, answer));
});

// Whoever asked is gone, perhaps killed: nobody will read the answer, and nobody else would end this process.
process.stdin.on('end', () => process.exit(0));

function send(seal: string, answer: ProgramAnswer): void {
  // js-exec keeps its worker for the next call; this process has none.
  process.stdout.write(`\n${seal}${JSON.stringify(answer)}\n`, () => process.exit(0));
}
