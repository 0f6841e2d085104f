import type { Terminal } from '../command';
import { columnsOf, wrapTo } from '../text/columns';
import { styled } from '../styled';
import { plainLines, plainText } from '../text/plain-text';
import type { RunView, TaskView } from './run-view';
import { terminalMarkdown } from './terminal-markdown';
import { duration, usd } from './words';

/** Where the files of the run are. */
export interface FilesPlace {
  folder: string;
  files: string[];
  problems: string[];
}

export interface VerdictCounts {
  passed: number;
  needsPerson: number;
  skipped: number;
  open: number;
  criteria: { pass: number; fail: number; notRun: number };
}

export function verdictCounts({ tasks }: RunView): VerdictCounts {
  const count = (status: string) => tasks.filter((task) => task.status === status).length;
  const [passed, needsPerson, skipped] = [count('passed'), count('needsPerson'), count('skipped')];
  const criteria = (state: 'pass' | 'fail' | 'notRun') => tasks.reduce((sum, task) => sum + (task.criteria?.[state] ?? 0), 0);
  return { passed, needsPerson, skipped, open: tasks.length - passed - needsPerson - skipped, criteria: { pass: criteria('pass'), fail: criteria('fail'), notRun: criteria('notRun') } };
}

/**
 * The end of a run in words: report, verdicts, cost, files, and what to do where it is not done.
 *
 * @param tookMs undefined when it began before we looked
 */
export function conclusionText(view: RunView, place: FilesPlace | undefined, tookMs: number | undefined, terminal: Terminal): string {
  const report = view.report === null ? [] : [reportText(view.report, terminal), ''];
  const lines = [headline(view, tookMs, terminal), costLine(view), ...filesLines(place), ...whatToDo(view)];
  return ['', ...report, ...lines.map((line) => fitted(line, terminal))].join('\n');
}

function reportText(report: string, terminal: Terminal): string {
  const text = plainLines(report).trim();
  return terminal.interactive ? terminalMarkdown(text, terminal) : text;
}

function headline(view: RunView, tookMs: number | undefined, terminal: Terminal): string {
  const { passed, criteria } = verdictCounts(view);
  const outcomes: Record<string, string> = { done: styled('green', 'Done', terminal), failed: styled('red', 'Failed', terminal), waiting: styled('yellow', 'The team needs you', terminal), stopped: styled('yellow', 'Stopped', terminal) };
  const judged = criteria.pass + criteria.fail + criteria.notRun > 0 ? `; criteria: ${criteria.pass} passed, ${criteria.fail} failed, ${criteria.notRun} not run` : '';
  return `${outcomes[view.status] ?? plainText(view.status)}${tookMs === undefined ? '' : ` after ${duration(tookMs)}`}: ${passed} of ${view.tasks.length} tasks passed${judged}.`;
}

function costLine({ usage: { localCalls, cloudCalls, promptTokens, completionTokens, costUsd, savedUsd } }: RunView): string {
  const saved = savedUsd === null || savedUsd === 0 ? '' : `, saved ${usd(savedUsd)} by local models`;
  const cost = costUsd === null ? 'cost unknown (a model has no known price)' : `cost ${usd(costUsd)}`;
  const calls = localCalls + cloudCalls;
  return `${calls} model ${calls === 1 ? 'call' : 'calls'} (${localCalls} local, ${cloudCalls} cloud), ${(promptTokens + completionTokens).toLocaleString('en-US')} tokens, ${cost}${saved}.`;
}

function filesLines(place: FilesPlace | undefined): string[] {
  if (!place) return ['No files.'];
  return [`Files: ${place.folder}`, ...place.files.map((file) => `  ${file}`), ...place.problems.map((problem) => `  not saved: ${problem}`)];
}

function whatToDo(view: RunView): string[] {
  if (view.status === 'waiting') return ['', ...view.tasks.filter(({ status }) => status === 'needsPerson').map(needLine), ...decisionLines(view)];
  if (view.status === 'stopped') return ['', 'Its n8n execution was stopped before the work was through. Give the goal again to start anew.'];
  if (view.error && view.status === 'failed') return ['', plainText(`${view.error.message} ${view.error.hint}`)];
  return view.status === 'failed' ? ['', 'n8n shows under Executions where it failed.'] : [];
}

function decisionLines({ approvals = [] }: RunView): string[] {
  if (approvals.length === 0) return ['Mend what is named there (a setting, a missing file, the goal itself), then give the goal again.'];
  return [...approvals.map(({ id, title }) => `- ${plainText(title)}: aios approvals show ${plainText(id)}`), 'Decide with "aios approvals decide ID --approve", "--reject" or, for a task, "--retry HINT"; the run then goes on.'];
}

function needLine({ id, title, reason }: TaskView): string {
  return `- ${plainText(title) || plainText(id)}: ${plainText(reason ?? 'no reason was given')}`;
}

function fitted(line: string, terminal: Terminal): string {
  return terminal.interactive && columnsOf(line) > terminal.columns ? wrapTo(terminal.columns, line) : line;
}
