import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import { systemClock } from '../../kernel';
import type { Command, CommandContext, ExitCode } from '../command';
import { cloneRoot, invocation } from '../package-root';
import { conclusionText, verdictCounts, type FilesPlace } from '../run/conclusion';
import { TeamAwayError } from '../run/errors';
import { findLocalN8n, startLocalN8n, type LocalN8n } from '../run/local-n8n';
import { progressFor } from '../run/progress';
import { runOptions, type RunOptions } from '../run/run-options';
import type { RunView } from '../run/run-view';
import { saveFiles } from '../run/save-files';
import { TeamClient } from '../run/team-client';
import { watchRun, type WatchEnd } from '../run/watch-run';
import { duration } from '../run/words';
import { jsonLine, plainText } from '../text/plain-text';

const USAGE = `Usage: aios run "<goal>" [options]
       aios run --follow RUN_ID [options]

Gives the team a goal, shows the work and says where the files are.
In the clone it uses the n8n of "npm start", or starts one for this goal.
Elsewhere it needs an n8n with the template 04-http-api published.

  --url URL      address of that n8n (or AIOS_URL)
  --token T      API token of its team (or AIOS_API_TOKEN, which other users of
                 this machine cannot see)
  --budget USD   the most the model calls of this run may cost; 0: nothing
  --privacy P    public, internal or secret; a goal is never less private than
                 the template says
  --out DIR      put the files there (default: where the team keeps them on this
                 machine, else ./aios-RUN_ID); no file is ever overwritten
  --timeout MIN  stop watching after so many minutes (default 60)
  --detach       only give the goal; look later with --follow
  --follow ID    look at a run that was given earlier
  --data DIR     data folder of "npm start" (default .data in the clone)
  --rehearsal    the n8n started for this goal answers with the built-in script
  --json         one JSON line per change and one at the end, on stdout

Ctrl-C stops watching; a second one ends at once.
Exit codes: 0 done; 1 failed, waiting for you, or not seen to the end;
2 wrong call.
`;

/** How often a goal is sent when the connection fails; all under one key. */
const SEND_TRIES = 3;

export const run: Command = { name: 'run', summary: 'gives the team a goal and shows the work', usage: USAGE, run: runGoal };

async function runGoal(context: CommandContext): Promise<ExitCode> {
  const options = runOptions(context);
  const team = await openTeam(options, context);
  if (team === undefined) return 2;
  try {
    return await runOn(team, options, context);
  } finally {
    if (team.local?.isOurs) {
      context.terminal.say('Stopping n8n…');
      await team.local.stop();
    }
  }
}

interface OpenTeam {
  client: TeamClient;
  local?: LocalN8n;
}

/** @returns undefined when there is none and none can be started; said already */
async function openTeam({ remote, data, rehearsal, detach }: RunOptions, { signal, terminal }: CommandContext): Promise<OpenTeam | undefined> {
  if (remote) return { client: new TeamClient(remote.url, remote.token) };
  const clone = cloneRoot();
  const say = (text: string) => terminal.say(text);
  if (clone === undefined) {
    say('Which n8n? Give "--url URL" and AIOS_API_TOKEN (or --token) of an n8n with the template 04-http-api published. Without an n8n: clone n8n-nodes-aios and call "npm start".');
    return undefined;
  }
  const dataDir = data === undefined ? join(clone, '.data') : resolve(data);
  const found = await findLocalN8n(dataDir, signal, say);
  if (!found && detach) {
    say('No n8n runs on this data folder, and one started for this call would end with it. Call "npm start" first, then this again.');
    return undefined;
  }
  if (found && rehearsal) say(`The n8n at ${found.url} runs already and answers as it was started; --rehearsal changes nothing there.`);
  if (!found) say('No n8n runs on this data folder, so one is started for this goal ("npm start" keeps one running).');
  const local = found ?? (await startLocalN8n(clone, dataDir, rehearsal, signal, say));
  return { client: new TeamClient(local.url, local.token), local };
}

async function runOn({ client, local }: OpenTeam, options: RunOptions, context: CommandContext): Promise<ExitCode> {
  const { json, terminal, signal } = context;
  const begunAtMs = systemClock.nowMs();
  const runId = 'follow' in options.what ? options.what.follow : await send(client, options.what.goal, signal);
  const statusUrl = client.statusUrl(runId);
  if (json) terminal.print(jsonLine({ event: 'run', runId, statusUrl }));
  else terminal.say(`Run ${runId}`);
  const again = followCommand(runId, options);
  if (options.detach) {
    if (!json) terminal.print(statusUrl);
    terminal.say(`The team is at work. To look: ${again}`);
    return 0;
  }
  const progress = progressFor(context, systemClock);
  const end = await watchRun({
    client, runId, signal, clock: systemClock, deadlineAtMs: begunAtMs + options.timeoutMs,
    onView: progress.view,
    onTrouble: (problem) => progress.say(problem ? `${plainText(problem.message)} Trying again…` : 'Connected again.'),
  }).finally(progress.end);
  const tookMs = systemClock.nowMs() - begunAtMs;
  if (end.how === 'over') return await conclude(end.view!, { client, local }, options, tookMs, context);
  return stillGoing(end, { runId, statusUrl, again, isOurs: local?.isOurs === true, tookMs }, context);
}

async function send(client: TeamClient, goal: Parameters<TeamClient['create']>[0], signal: AbortSignal): Promise<string> {
  const key = randomUUID();
  for (let tries = 1; ; tries += 1) {
    try {
      return await client.create(goal, key, signal);
    } catch (error) {
      if (!(error instanceof TeamAwayError) || tries === SEND_TRIES) throw error;
      await systemClock.sleep(Math.min(30_000, Math.max(error.retryAfterMs, tries * 1_000)), signal);
    }
  }
}

async function conclude(view: RunView, { client, local }: OpenTeam, { out, what }: RunOptions, tookMs: number, { json, terminal, signal }: CommandContext): Promise<ExitCode> {
  const place = await placeFiles(view, client, local, out, signal);
  const exitCode = view.status === 'done' && !place?.problems.length ? 0 : 1;
  if (json) {
    const { runId, status, report, usage, error } = view;
    terminal.print(jsonLine({ event: 'end', outcome: status, runId, report, verdicts: verdictCounts(view), usage, files: place ?? null, ...(error && { error }) }));
    return exitCode;
  }
  terminal.print(conclusionText(view, place, 'follow' in what ? undefined : tookMs, terminal));
  return exitCode;
}

async function placeFiles(view: RunView, client: TeamClient, local: LocalN8n | undefined, out: string | undefined, signal: AbortSignal): Promise<FilesPlace | undefined> {
  if (view.artifacts.length === 0) return undefined;
  if (local && out === undefined) return { folder: join(local.filesDir, view.runId), files: view.artifacts.map(({ path }) => plainText(path)), problems: [] };
  const { folder, saved, problems } = await saveFiles(client, view, out ?? `aios-${view.runId}`, signal);
  return { folder, files: saved, problems };
}

function stillGoing({ how, view }: WatchEnd, { runId, statusUrl, again, isOurs, tookMs }: { runId: string; statusUrl: string; again: string; isOurs: boolean; tookMs: number }, { json, terminal }: CommandContext): ExitCode {
  if (json) terminal.print(jsonLine({ event: 'end', outcome: how, runId, status: view?.status ?? null, statusUrl }));
  const why = how === 'timeout' ? `Not finished after ${duration(tookMs)}.` : '';
  if (isOurs) terminal.say(`${why} The n8n that was started for this goal ends now, and the run with it; "npm start" keeps one running.`.trim());
  else terminal.say(`${why} The run goes on: ${statusUrl}\nTo look again: ${again}`.trim());
  return 1;
}

/** The token stays out of it: it would end up in the shell's history. */
function followCommand(runId: string, { remote, data }: RunOptions): string {
  const where = remote ? ` --url ${remote.url}` : data === undefined ? '' : ` --data ${data}`;
  return `${invocation()} run --follow ${runId}${where}`;
}
