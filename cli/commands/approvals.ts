import { InvalidInputError } from '../../kernel';
import { readArguments, readOptions } from '../arguments';
import type { Command } from '../command';
import { approvalText, approvalsText } from '../approvals/approval-text';
import { DECIDE_OPTIONS, approvalsClient, wishOf } from '../approvals/approvals-options';
import { jsonLine } from '../text/plain-text';

const COMMON = `  --url URL    the n8n (default: AIOS_URL, the one of "npm start", or
               http://127.0.0.1:5678)
  --data DIR   n8n's user folder, to find the one of "npm start"
  --json       JSON lines

The approver's token is read from AIOS_APPROVER_TOKEN, else asked for; it
never stands on the command line. The n8n needs a published workflow with the
Team API Trigger, such as the template 04-http-api.
`;

export const approvalsList: Command = {
  name: 'approvals list',
  summary: 'shows what waits for a person',
  usage: `Usage: aios approvals list [options]

  --all        decided ones as well
${COMMON}`,
  async run(context) {
    const values = readOptions(context.args, { all: { type: 'boolean' }, url: { type: 'string' }, data: { type: 'string' } }, 'One approval is shown by "aios approvals show ID".');
    const client = await approvalsClient(context, values);
    const approvals = await client.approvals(values.all ? 'all' : 'open', context.signal);
    if (context.json) for (const approval of approvals) context.terminal.print(jsonLine(approval));
    else context.terminal.print(approvalsText(approvals, context.terminal));
    return 0;
  },
};

export const approvalsShow: Command = {
  name: 'approvals show',
  summary: 'shows one approval with the exact action',
  usage: `Usage: aios approvals show ID [options]

${COMMON}`,
  async run(context) {
    const { values, positionals } = readArguments(context.args, { url: { type: 'string' }, data: { type: 'string' } });
    const client = await approvalsClient(context, values);
    const approval = await client.approval(idOf(positionals), context.signal);
    context.terminal.print(context.json ? jsonLine(approval) : approvalText(approval, context.terminal));
    return 0;
  },
};

export const approvalsDecide: Command = {
  name: 'approvals decide',
  summary: 'approves or rejects, in the name of the token',
  usage: `Usage: aios approvals decide ID --approve | --reject | --edit FILE [options]

  --approve       yes, exactly as it is shown
  --reject        no; the run that waits for it ends
  --edit FILE     yes, but do this instead: JSON, for a plan {"tasks": […]}
  --retry "HINT"  for a task: try again, told the hint
  --accept        for a task: take it as it is
  --skip          for a task: go on without it
  --hash HASH     decide only if this is still the hash of the action
  --reason TEXT   kept with the decision
${COMMON}`,
  async run(context) {
    const { values, positionals } = readArguments(context.args, DECIDE_OPTIONS);
    const wish = wishOf(values);
    const id = idOf(positionals);
    const client = await approvalsClient(context, values);
    const hash = values.hash ?? (await client.approval(id, context.signal)).hash;
    const decided = await client.decide({ id, hash, ...wish }, context.signal);
    context.terminal.print(context.json ? jsonLine(decided) : approvalText(decided, context.terminal));
    return 0;
  },
};

function idOf(positionals: readonly string[]): string {
  const [id, more] = positionals;
  if (id === undefined) throw new InvalidInputError('Which approval?', { hint: '"aios approvals list" shows the ids.' });
  if (more !== undefined) throw new InvalidInputError(`"${more}" is one word too many.`, { hint: 'One approval at a time.' });
  return id;
}
