import { join, resolve as resolvePath } from 'node:path';
import { InvalidInputError } from '../../kernel';
import { readOptions } from '../arguments';
import type { Command, CommandContext, ExitCode } from '../command';
import { cloneRoot } from '../package-root';
import { findLocalN8n } from '../run/local-n8n';
import { remoteOf } from '../run/run-options';
import { assertRunId, TeamClient, type ControlAnswer } from '../run/team-client';
import { jsonLine, plainText } from '../text/plain-text';

type Action = 'pause' | 'resume' | 'stop';

const OPTIONS = { run: { type: 'string' }, role: { type: 'string' }, project: { type: 'string' }, all: { type: 'boolean' }, url: { type: 'string' }, token: { type: 'string' }, data: { type: 'string' } } as const;

const MEANINGS: Record<Action, string> = {
  pause: 'Model calls under way are cut within a second and made again later; nothing\nnew is asked until "aios resume". A run that is paused for more than ten\nminutes rests; when it is resumed, the sweeper starts it again.',
  resume: 'Lifts a pause. A single run that was stopped is started again.',
  stop: 'Ends the work within a second. What is finished is kept, and "aios resume\n--run" goes on with it. With --role: the runs in which the role has work.',
};

const usage = (action: Action): string => `Usage: aios ${action} --run ID | --role NAME | --project NAME | --all [options]

${MEANINGS[action]}

  --run ID        one run
  --role NAME     for instance frontend, cto or qa
  --project NAME  the runs that were started for it
  --all           the whole team
  --url URL       address of an n8n with the template 04-http-api published
                  (or AIOS_URL; default: the n8n of "npm start")
  --token T       API token of its team (or AIOS_API_TOKEN)
  --data DIR      data folder of "npm start" (default .data in the clone)
  --json          one JSON line
`;

export const pause = controlCommand('pause', 'holds a run, a role, a project or all');
export const resume = controlCommand('resume', 'lets paused work go on, and a stopped run');
export const stop = controlCommand('stop', 'ends the work on runs within a second');

function controlCommand(action: Action, summary: string): Command {
  return { name: action, summary, usage: usage(action), run: async (context) => await steer(action, context) };
}

async function steer(action: Action, context: CommandContext): Promise<ExitCode> {
  const values = readOptions(context.args, OPTIONS, 'What is meant is given with --run, --role, --project or --all.');
  const scope = scopeOf(action, values);
  const client = await clientFor(values, context);
  const answer = await client.control({ action, ...scope }, context.signal);
  context.terminal.print(context.json ? jsonLine(answer) : inWords(action, answer));
  return 0;
}

function scopeOf(action: Action, { run, role, project, all }: { run?: string; role?: string; project?: string; all?: boolean }): Record<string, string | boolean> {
  const named = Object.entries({ run, role, project, all }).filter((entry): entry is [string, string | boolean] => entry[1] !== undefined && entry[1] !== false);
  if (named.length !== 1) throw new InvalidInputError(named.length === 0 ? `What to ${action}?` : `That is ${named.length} things to ${action} at once.`, { hint: 'Give one of --run ID, --role NAME, --project NAME and --all.' });
  if (run !== undefined) assertRunId(run);
  return Object.fromEntries(named);
}

async function clientFor(values: { url?: string; token?: string; data?: string }, { environment, signal, terminal }: CommandContext): Promise<TeamClient> {
  const remote = remoteOf(values, environment);
  if (remote) return new TeamClient(remote.url, remote.token);
  const clone = cloneRoot();
  const local = clone === undefined ? undefined : await findLocalN8n(values.data === undefined ? join(clone, '.data') : resolvePath(values.data), signal, (text) => terminal.say(text));
  if (local) return new TeamClient(local.url, local.token);
  throw new InvalidInputError('Which n8n?', { hint: 'None runs on this data folder. Give --url and AIOS_API_TOKEN of an n8n with the template 04-http-api published.' });
}

function inWords(action: Action, { runs, started }: ControlAnswer): string {
  if (action === 'pause') return 'Paused.';
  if (action === 'resume') return started === undefined ? 'Resumed.' : `Run ${plainText(started)} is started again.`;
  return runs.length === 0 ? 'Nothing was at work.' : `Stopped: ${runs.map(({ runId }) => plainText(runId)).join(', ')}`;
}
