import { InvalidInputError } from '../../kernel';
import type { OpenedMemory } from '../../team';
import { readArguments, readOptions } from '../arguments';
import type { Command, CommandContext } from '../command';
import { CONDITION_OPTIONS, CONDITION_USAGE, FILTER_OPTIONS, FILTER_USAGE, filterOf, labelsUpTo, numberOf, type FilterValues } from '../memory/memory-filter';
import { forgottenText, itemLines, sampleLines, tracesText } from '../memory/memory-text';
import { commandLineHost } from '../team-host';
import { jsonLine } from '../text/plain-text';

const DATA = { data: { type: 'string' } } as const;
const COMMON = `  --data DIR       n8n's user folder (default: N8N_USER_FOLDER, .data of the
                   clone, or the home folder)
  --json           JSON lines

The team is AIOS_TEAM, else "default".
`;
const DEFAULT_SHOWN = 20;
const MOST_SHOWN = 500;
const SAMPLE = 5;

export const memoryList: Command = {
  name: 'memory list',
  summary: 'shows what the team remembers, newest first',
  usage: `Usage: aios memory list [options]

${FILTER_USAGE}
  --up-to LABEL    the strictest label shown: public, internal (default) or
                   secret
  --limit N        1 to ${MOST_SHOWN} (default ${DEFAULT_SHOWN})
${COMMON}`,
  async run(context) {
    const values = readOptions(context.args, { ...FILTER_OPTIONS, ...DATA, 'up-to': { type: 'string' }, limit: { type: 'string' } }, 'A question is asked with "aios memory recall".');
    const limit = numberOf('--limit', values.limit, MOST_SHOWN) ?? DEFAULT_SHOWN;
    const meant = await filterOf(values);
    const filter = { ...meant, privacy: await labelsUpTo(values['up-to']) };
    return await withMemory(context, values.data, async ({ memory }) => {
      const items = await memory.list(filter, limit);
      for (const item of items) context.terminal.print(context.json ? jsonLine(item) : itemLines(item, context.terminal));
      const all = await memory.count(filter);
      if (items.length < all) context.terminal.say(`${items.length} of ${all}; --limit shows more, a filter fewer.`);
      const stricter = (await memory.count(meant)) - all;
      if (stricter > 0) context.terminal.say(`${stricter} with a stricter label ${stricter === 1 ? 'is' : 'are'} not shown; --up-to secret shows all.`);
      else if (all === 0) context.terminal.say('Nothing here is remembered. Agents remember what QA passed; you do with the node Agent Memory.');
      return 0;
    });
  },
};

export const memoryRecall: Command = {
  name: 'memory recall',
  summary: 'asks the memory a question',
  usage: `Usage: aios memory recall "QUESTION" [options]

${CONDITION_USAGE}
  --up-to LABEL    the strictest label shown: public, internal (default) or
                   secret
  --limit N        1 to 50 (default 8)
${COMMON}`,
  async run(context) {
    const { values, positionals } = readArguments(context.args, { ...CONDITION_OPTIONS, ...DATA, 'up-to': { type: 'string' }, limit: { type: 'string' } });
    const query = positionals.join(' ');
    if (query.trim() === '') throw new InvalidInputError('What are you looking for?', { hint: 'aios memory recall "When does the library open?"' });
    const limit = numberOf('--limit', values.limit, 50);
    const { kinds, scopes, ...filter } = await filterOf(values);
    const upTo = (await labelsUpTo(values['up-to'])).at(-1);
    return await withMemory(context, values.data, async ({ memory }) => {
      const { items, notEmbedded, wentWithout } = await memory.recall({ query, kinds, scopes, filter, upTo, limit }, context.signal);
      for (const { item, score, why } of items) context.terminal.print(context.json ? jsonLine({ ...item, score, why }) : itemLines(item, context.terminal, why));
      if (wentWithout !== undefined) context.terminal.say(wentWithout);
      else if (items.length === 0) context.terminal.say('Nothing fits.');
      if (notEmbedded !== undefined) context.terminal.say(`Looked for by words alone: ${notEmbedded}.`);
      return wentWithout === undefined ? 0 : 1;
    });
  },
};

export const memoryForget: Command = {
  name: 'memory forget',
  summary: 'counts what a filter finds, then forgets exactly that',
  usage: `Usage: aios memory forget [options]

Without --expected it only shows what would go. Is it another number when you
say it, nothing is forgotten.

${FILTER_USAGE}
  --all            everything; else a filter is needed
  --expected N     forget, if it is N memories
${COMMON}`,
  async run(context) {
    const values = readOptions(context.args, { ...FILTER_OPTIONS, ...DATA, all: { type: 'boolean' }, expected: { type: 'string' } }, 'What is meant is given with options.');
    const filter = await filterOf(values);
    if (Object.keys(filter).length === 0 && !values.all) throw new InvalidInputError('What is to be forgotten?', { hint: 'Give a filter, for instance --source handbook.pdf, or --all.' });
    const expected = numberOf('--expected', values.expected);
    return await withMemory(context, values.data, async ({ memory }) => {
      if (expected !== undefined) {
        const forgotten = await memory.forget(filter, expected);
        context.terminal.print(context.json ? jsonLine({ forgotten }) : forgottenText(forgotten));
        return 0;
      }
      const found = await memory.count(filter);
      context.terminal.print(context.json ? jsonLine({ found }) : sampleLines(await memory.list(filter, SAMPLE), found, context.terminal));
      return 0;
    });
  },
};

export const memoryErase: Command = {
  name: 'memory erase',
  summary: 'erases a person from memory, conversations and ended runs',
  usage: `Usage: aios memory erase USER [options]

Without --expected it only shows what is there of the person.

  --expected N     erase, if it is N things together
${COMMON}`,
  async run(context) {
    const { values, positionals } = readArguments(context.args, { ...DATA, expected: { type: 'string' } });
    const [user] = positionals;
    if (user === undefined || positionals.length > 1) throw new InvalidInputError('Who?', { hint: 'aios memory erase "anna@example.com"' });
    const expected = numberOf('--expected', values.expected);
    return await withMemory(context, values.data, async ({ erasure }) => {
      const traces = expected === undefined ? await erasure.count(user) : await erasure.erase(user, expected);
      const erased = expected !== undefined;
      context.terminal.print(context.json ? jsonLine({ user, erased, ...traces }) : tracesText(traces, { user, erased }));
      return 0;
    });
  },
};

async function withMemory(context: CommandContext, data: FilterValues['data'], work: (opened: OpenedMemory) => Promise<0 | 1>): Promise<0 | 1> {
  const { credentialFromEnvironment, openMemory } = await import('../../team');
  const opened = await openMemory(credentialFromEnvironment(context.environment), commandLineHost(context, data));
  if (!opened) {
    context.terminal.say('This team has never been at work; it remembers nothing.');
    return 0;
  }
  try {
    return await work(opened);
  } finally {
    await opened.close();
  }
}
