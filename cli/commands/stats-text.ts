import type { TeamStats } from '../../team';
import type { Terminal } from '../command';
import { styled } from '../styled';
import { plainText } from '../text/plain-text';
import { wrap } from '../text/wrap';

type Look = Pick<Terminal, 'columns' | 'colour'>;
type Group = TeamStats['byModel'][number];

const LABEL_COLUMNS = 9;
const INDENT = '  ';
const MOST_ROWS = 14;

/** The figures for a person. */
export function statsText(stats: TeamStats, look: Look): string {
  return [
    styled('bold', `Team ${stats.team}, since ${day(stats.sinceMs)}`, look),
    '',
    ...summary(stats).flatMap(([label, text]) => labelled(label, text, look)),
    ...section('Models', stats.byModel, look, modelFacts),
    ...section('Roles', stats.byRole, look, roleFacts),
    ...section('Workflows', stats.byWorkflow.filter(({ key }) => key !== ''), look, roleFacts),
    ...experiments(stats, look),
    ...section('Days (UTC)', stats.byDay.slice(-MOST_ROWS), look, roleFacts),
  ].join('\n');
}

/** Nothing has happened yet: what makes it happen. */
export function emptyText(sinceMs: number, look: Look): string {
  const hints = ['Nothing was run since then.', 'Give the team a goal in n8n (template "AIOS Team Pipeline"), or see further back with `--since all`.', 'Is it another n8n? Name its user folder: `--data DIR`'];
  return [styled('bold', `Since ${day(sinceMs)}`, look), ...hints.flatMap((hint) => wrap(hint, look.columns))].join('\n');
}

function summary({ runs, tasks, calls, storage, memory, recalls, calibration }: TeamStats): Array<[label: string, text: string]> {
  const saved = calls.savedUsd > 0 ? `, ${usd(calls.savedUsd)} saved by local models` : '';
  const unpriced = calls.unpriced > 0 ? `, and ${calls.unpriced} ${calls.unpriced === 1 ? 'call' : 'calls'} of unknown price` : '';
  return [
    ['Runs', `${runs.total}${listed([[runs.done, 'done'], [runs.running, 'running'], [runs.queued, 'queued'], [runs.waiting, 'wait for a person'], [runs.failed, 'failed'], [runs.stopped, 'stopped']])}`],
    ['Tasks', listed([[tasks.passedFirstTime, 'passed first time'], [tasks.passedAfterRework, 'after rework'], [tasks.needsPerson, 'need a person'], [tasks.skipped, 'skipped'], [tasks.open, 'open']]).slice(2) || 'none'],
    ['Calls', `${calls.total}: ${calls.local} local, ${calls.cloud} cloud${calls.failed > 0 ? `, ${calls.failed} failed` : ''}`],
    ...(calls.localShare === null ? [] : [['Local', `${bar(calls.localShare, 10)} ${Math.round(calls.localShare * 100)} %`] as [string, string]]),
    ['Tokens', `${short(calls.promptTokens)} in, ${short(calls.completionTokens)} out`],
    ['Cost', `${usd(calls.costUsd)}${saved}${unpriced}`],
    ...(calibration ? [['Router', `calibrated on ${calibration.outcomes} outcomes, since ${day(calibration.sinceMs)}`] as [string, string]] : []),
    ...(memory ? [['Memory', memoryText(memory)] as [string, string]] : []),
    ...(recalls.hitRate === null ? [] : [['Recalls', recallsText({ ...recalls, hitRate: recalls.hitRate })] as [string, string]]),
    ['Stored', `${size(storage.storeBytes)} database, ${size(storage.fileBytes)} in ${storage.files} ${storage.files === 1 ? 'file' : 'files'}`],
  ];
}

function listed(counts: Array<[count: number, word: string]>): string {
  const parts = counts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`;
}

function section(title: string, groups: readonly Group[], look: Look, factsOf: (group: Group) => string): string[] {
  if (groups.length === 0) return [];
  const most = Math.max(...groups.map(callsOf));
  const rows = groups.slice(0, MOST_ROWS).flatMap((group) => [`${INDENT}${plainText(group.title ?? group.key) || 'no role'}`, ...wrap(`${bar(callsOf(group) / most, look.columns < 60 ? 6 : 12)} ${factsOf(group)}`, look.columns, `${INDENT}${INDENT}`)]);
  const more = groups.length - MOST_ROWS;
  return ['', styled('bold', title, look), ...rows, ...(more > 0 ? [`${INDENT}and ${more} more`] : [])];
}

function experiments({ experiments: arms }: TeamStats, look: Look): string[] {
  if (arms.length === 0) return [];
  const rows = arms.slice(0, MOST_ROWS).flatMap((arm) => [`${INDENT}${plainText(`${arm.experiment}: ${arm.arm}`)}`, ...wrap(armFacts(arm), look.columns, `${INDENT}${INDENT}`)]);
  return ['', styled('bold', 'Experiments', look), ...rows];
}

function armFacts({ calls, judged, okShare, medianDurationMs, costPerCallUsd, difference }: TeamStats['experiments'][number]): string {
  const facts = [
    `${calls} ${calls === 1 ? 'call' : 'calls'}`,
    okShare === null ? 'nothing judged yet' : `${Math.round(okShare * 100)} % of ${judged} judged ${judged === 1 ? 'task' : 'tasks'} good`,
    ...(difference ? [`${percentPoints(difference.value)} (${percentPoints(difference.from)} to ${percentPoints(difference.to)}): ${difference.isClear ? 'a clear difference' : 'no clear difference yet'}`] : []),
    ...(medianDurationMs === null ? [] : [`median ${seconds(medianDurationMs)}`]),
    costPerCallUsd === null ? 'price unknown' : `${usd(costPerCallUsd)} a call`,
  ];
  return facts.join(', ');
}

function percentPoints(share: number): string {
  return `${share < 0 ? '−' : '+'}${Math.abs(Math.round(share * 100))} %`;
}

function modelFacts(group: Group): string {
  const speed = group.medianDurationMs === null ? '' : `, median ${seconds(group.medianDurationMs)}, 95 % within ${seconds(group.p95DurationMs ?? 0)}`;
  return `${roleFacts(group)}${speed}`;
}

function roleFacts(group: Group): string {
  const failed = group.failures > 0 ? `, ${group.failures} failed` : '';
  return `${callsOf(group)} ${callsOf(group) === 1 ? 'call' : 'calls'}, ${short(group.promptTokens + group.completionTokens)} tokens, ${usd(group.costUsd)}${failed}`;
}

function callsOf({ localCalls, cloudCalls }: Group): number {
  return localCalls + cloudCalls;
}

/** @param share 0..1 */
function bar(share: number, columns: number): string {
  const full = share === 0 ? 0 : Math.max(1, Math.round(share * columns));
  return '█'.repeat(full) + '░'.repeat(columns - full);
}

function labelled(label: string, text: string, look: Look): string[] {
  const [first = '', ...rest] = wrap(text, look.columns, ' '.repeat(LABEL_COLUMNS));
  return [label.padEnd(LABEL_COLUMNS) + first.trimStart(), ...rest];
}

function day(atMs: number): string {
  return atMs === 0 ? 'the beginning' : new Date(atMs).toISOString().slice(0, 16).replace('T', ' ') + ' UTC';
}

function usd(amount: number): string {
  return amount === 0 || amount >= 0.01 ? `$${amount.toFixed(2)}` : `$${amount.toFixed(4)}`;
}

function short(count: number): string {
  if (count >= 1e6) return `${(count / 1e6).toFixed(1)} M`;
  return count >= 1e4 ? `${Math.round(count / 1e3)} k` : String(count);
}

function seconds(ms: number): string {
  return ms >= 10_000 ? `${Math.round(ms / 1_000)} s` : `${(ms / 1_000).toFixed(1)} s`;
}

function size(bytes: number): string {
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.ceil(bytes / 1e3)} kB`;
}

function memoryText({ items, bytes, byKind }: NonNullable<TeamStats['memory']>): string {
  const kinds = Object.entries(byKind).filter(([, count]) => count > 0).map(([kind, count]) => `${count} ${kind}`);
  return `${items} ${items === 1 ? 'item' : 'items'}${kinds.length > 0 ? ` (${kinds.join(', ')})` : ''}, ${size(bytes)} of text`;
}

function recallsText({ total, hitRate, given, givenPassed }: TeamStats['recalls'] & { hitRate: number }): string {
  const judged = given > 0 ? `; of those given to agents ${givenPassed} of ${given} were there when work passed` : '';
  return `${total}, ${Math.round(hitRate * 100)} % found something${judged}`;
}
