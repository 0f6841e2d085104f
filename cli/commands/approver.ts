import { InvalidInputError } from '../../kernel';
import { readArguments } from '../arguments';
import type { Command, CommandContext } from '../command';
import { commandLineHost } from '../team-host';
import { jsonLine, plainText } from '../text/plain-text';

const COMMON = `  --data DIR   n8n's user folder (default: N8N_USER_FOLDER, .data of the
               clone, or the home folder)
  --json       one JSON line

The team is AIOS_TEAM, else "default"; where it keeps its data in Redis, set
REDIS_URL.
`;

export const approverAdd: Command = {
  name: 'approver add',
  summary: 'makes somebody an approver and prints the token, once',
  usage: `Usage: aios approver add NAME [options]

The token is printed here and kept nowhere; the team keeps a hash of it.

${COMMON}`,
  async run(context) {
    const { name, data } = nameAndData(context);
    const { checkedName, makeApproverToken, tokenHash } = await import('../../team');
    const added = checkedName(name);
    const token = makeApproverToken();
    await withOversight(context, data, async ({ approvers }) => await approvers.add(added, tokenHash(token)));
    if (context.json) context.terminal.print(jsonLine({ name: added, token }));
    else context.terminal.print(token);
    context.terminal.say(`${plainText(added)} may approve with this token. It is not shown again.`);
    return 0;
  },
};

export const approverRemove: Command = {
  name: 'approver remove',
  summary: "takes an approver's right away, at once",
  usage: `Usage: aios approver remove NAME [options]

${COMMON}`,
  async run(context) {
    const { name, data } = nameAndData(context);
    const removed = await withOversight(context, data, async ({ approvers }) => await approvers.remove(name.trim()));
    if (context.json) context.terminal.print(jsonLine({ name, removed }));
    else context.terminal.say(removed ? `${plainText(name)} may approve nothing any more.` : `There is no approver "${plainText(name)}".`);
    return removed ? 0 : 1;
  },
};

export const approverList: Command = {
  name: 'approver list',
  summary: 'shows who may approve',
  usage: `Usage: aios approver list [options]

${COMMON}`,
  async run(context) {
    const { values } = readArguments(context.args, { data: { type: 'string' } });
    const approvers = await withOversight(context, values.data, async (oversight) => await oversight.approvers.list());
    const lines = approvers.map(({ name, addedAtMs, from }) => (context.json ? jsonLine({ name, addedAtMs, from }) : `${plainText(name)}, ${from ? 'named in AIOS_APPROVERS' : `since ${new Date(addedAtMs).toISOString().slice(0, 10)}`}`));
    if (lines.length > 0) context.terminal.print(lines.join('\n'));
    else context.terminal.say('Nobody may approve yet. "aios approver add NAME" changes that.');
    return 0;
  },
};

type Oversight = Awaited<ReturnType<(typeof import('../../team'))['openOversight']>>;

export async function withOversight<T>(context: CommandContext, data: string | undefined, work: (oversight: Oversight) => Promise<T>): Promise<T> {
  const { credentialFromEnvironment, openOversight } = await import('../../team');
  const oversight = await openOversight(credentialFromEnvironment(context.environment), commandLineHost(context, data));
  try {
    return await work(oversight);
  } finally {
    await oversight.close();
  }
}

function nameAndData({ args }: CommandContext): { name: string; data: string | undefined } {
  const { values, positionals } = readArguments(args, { data: { type: 'string' } });
  const [name, more] = positionals;
  if (name === undefined) throw new InvalidInputError('Who?', { hint: 'For instance: aios approver add ada' });
  if (more !== undefined) throw new InvalidInputError(`"${more}" is one word too many.`, { hint: 'Put a name with spaces in quotes.' });
  return { name, data: values.data };
}
