import type { TeamStats } from '../../team';
import { readOptions } from '../arguments';
import type { Command, CommandContext } from '../command';
import { commandLineHost } from '../team-host';
import { jsonLine } from '../text/plain-text';
import { emptyText, statsText } from './stats-text';

export const stats: Command = {
  name: 'stats',
  summary: 'shows what the team did, how well, and what it cost',
  usage: `Usage: aios stats [options]

Runs, tasks, model calls, tokens, cost and what local models saved.

  --since T    from when on: 24h, 7d, 4w, a date like 2026-11-20, or all
               (default 7d)
  --data DIR   n8n's user folder (default: N8N_USER_FOLDER, .data of the
               clone, or the home folder)
  --json       one JSON line

The team is AIOS_TEAM, else "default".
`,
  async run(context) {
    const values = readOptions(context.args, { since: { type: 'string' }, data: { type: 'string' } }, 'A time is given with --since.');
    const { DEFAULT_SINCE, readSince, systemClock } = await import('../../team');
    const sinceMs = readSince(values.since ?? DEFAULT_SINCE, systemClock.nowMs());
    const figures = await readStats(context, values.data, sinceMs);
    if (context.json) context.terminal.print(jsonLine(figures ?? { sinceMs, runs: { total: 0 }, calls: { total: 0 } }));
    else context.terminal.print(!figures || isEmpty(figures) ? emptyText(sinceMs, context.terminal) : statsText(figures, context.terminal));
    return 0;
  },
};

/** @returns undefined when the team has never been opened: looking at figures makes no folders */
async function readStats(context: CommandContext, data: string | undefined, sinceMs: number): Promise<TeamStats | undefined> {
  const { credentialFromEnvironment, openFigures } = await import('../../team');
  const figures = await openFigures(credentialFromEnvironment(context.environment), commandLineHost(context, data));
  try {
    return await figures?.insights.stats({ sinceMs });
  } finally {
    await figures?.close();
  }
}

function isEmpty({ runs, calls, recalls }: TeamStats): boolean {
  return runs.total === 0 && calls.total === 0 && recalls.total === 0;
}
