import { InvalidInputError, systemClock } from '../../kernel';
import { readOptions } from '../arguments';
import type { Command } from '../command';
import { jsonLine, plainText } from '../text/plain-text';
import { withOversight } from './approver';

const PAGE = 1_000;
const WITNESSES = 500;

export const audit: Command = {
  name: 'audit',
  summary: 'checks or prints the log of who approved what',
  usage: `Usage: aios audit --check | --export [options]

Every line of the log holds the hash of the line before it. Lines are kept for
a year; a later line says how many went. A log that begins with a younger line
was cut.

  --check        is every line there, unchanged and in order, and one for all
                 that the approvals and approvers of today say? Exit code 1
                 if not. Prints the last line's number and hash; note them
                 down: whoever can write where the team's data is could write
                 the log and all beside it anew, and only --seen finds that
  --seen N:HASH  with --check: the line you noted down must still be there
  --export       the log as JSON lines
  --data DIR     n8n's user folder (default: N8N_USER_FOLDER, .data of the
                 clone, or the home folder)
  --json         one JSON line for --check
`,
  async run(context) {
    const values = readOptions(context.args, { check: { type: 'boolean' }, export: { type: 'boolean' }, seen: { type: 'string' }, data: { type: 'string' } }, 'Everything is said by options.');
    if (values.check === values.export) throw new InvalidInputError('Check the log or export it?', { hint: 'Give --check or --export.' });
    const { AuditChecker } = await import('../../team');
    const seen = seenOf(values.seen);
    return await withOversight(context, values.data, async ({ approvals, approvers }) => {
      // Before the log: what comes in between has its lines as well.
      const checker = new AuditChecker({ seen, nowMs: systemClock.nowMs(), approvals: await approvals.list({ limit: WITNESSES }), approvers: await approvers.list() });
      for (let after = 0; ; ) {
        const { entries, last, head } = await approvals.audit(after, PAGE);
        after = last;
        if (values.export) for (const entry of entries) context.terminal.print(jsonLine(entry));
        checker.take(entries);
        // By place, not by the number in a line: that may have been changed as well.
        if (entries.length < PAGE) return values.export ? 0 : conclusion(checker.result(head), head);
      }
    });

    function conclusion(result: ReturnType<InstanceType<typeof AuditChecker>['result']>, head: Parameters<InstanceType<typeof AuditChecker>['result']>[0]): 0 | 1 {
      if (context.json) context.terminal.print(jsonLine({ ...result, head }));
      else if (result.ok) context.terminal.print(`The log is whole: ${result.entries} ${result.entries === 1 ? 'line' : 'lines'}. Last line ${head.sequence}:${head.hash}`);
      else context.terminal.print(`The log is NOT whole: ${plainText(result.problem)}.`);
      return result.ok ? 0 : 1;
    }
  },
};

function seenOf(text: string | undefined): { sequence: number; hash: string } | undefined {
  if (text === undefined) return undefined;
  const [, sequence, hash] = /^(\d+):([0-9a-f]{64})$/.exec(text.trim()) ?? [];
  if (sequence === undefined || hash === undefined) throw new InvalidInputError(`"--seen ${text}" is no line of the log.`, { hint: 'Give it as "aios audit --check" printed it: number, colon, hash.' });
  return { sequence: Number(sequence), hash };
}
