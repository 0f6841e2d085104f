import type { ChatMessage } from '../router';
import type { TaskState } from '../runs';
import { boundedText } from './bounded-text';
import { isThrough, type ReportFacts, type ReportStatus } from './report-facts';
import { shareOfRoom } from './prompt-size';
import { introduction, type Role } from './roles';
import { counted } from './counted';

const OUTCOMES: Record<ReportStatus, string> = {
  done: 'Done.',
  waiting: 'Waiting for a person: the team cannot finish it alone.',
  failed: 'Failed.',
  stopped: 'Stopped before every task was finished.',
};

/** The whole report as Markdown. */
export function reportText(facts: ReportFacts, summary: string): string {
  const { run } = facts.state;
  const parts = [`# ${oneLine(run.title)}`, `**${OUTCOMES[facts.status]}**`, summary, tasksPart(facts), problemsPart(facts), setbacksPart(facts), filesPart(facts), decisionsPart(facts), contributionsPart(facts), costPart(facts)];
  return `${parts.filter((part) => part !== undefined).join('\n\n')}\n`;
}

/** What the model is asked to put into words; it is given facts and summaries, no files. */
/** Characters when there is room for all; together about 2,400 tokens in the Latin alphabet, so that the summary fits a window of 4k with its answer. */
const ROOM = { goal: 1_200, tasks: 4_800, problems: 1_500, setbacks: 1_500, files: 800 };

/** What one of so many may say; 80 for its title. */
function shareOf(room: number, count: number): number {
  return Math.max(40, Math.min(500, Math.floor(room / count) - 80));
}

/** @param share 0..1 of its room that each part may take */
export function summaryMessages(facts: ReportFacts, cto: Role, share: number): ChatMessage[] {
  const room = shareOfRoom(ROOM, share);
  const { run, tasks } = facts.state;
  const lines = tasks.map(({ task, status, result }) => `- ${task.id} ${task.title.slice(0, 80)} (${task.role}): ${status}. ${boundedText(result?.summary ?? '', shareOf(room.tasks, tasks.length))}`);
  return [
    { role: 'system', text: `${introduction(cto)}\n\nWrite the summary of a report: two to six plain sentences for the person who set the goal. Say what was delivered, what was not, what did not work at once, and what to do next. Use only the facts given; where they say that something failed, say so. No headings, no lists, no JSON.` },
    { role: 'user', text: `Goal:\n${boundedText(run.goal, room.goal)}\n\nOutcome: ${OUTCOMES[facts.status]}\n\nTasks:\n${boundedText(lines.join('\n'), room.tasks)}\n\nProblems:\n${boundedText(problems(facts).join('\n') || '- none', room.problems)}\n\nOn the way:\n${boundedText(facts.setbacks.map((setback) => `- ${setback}`).join('\n'), room.setbacks) || '- everything worked at once'}\n\nFiles: ${boundedText(fileNames(facts), room.files)}` },
  ];
}

function tasksPart({ state }: ReportFacts): string | undefined {
  if (state.tasks.length === 0) return undefined;
  // A list and no table: the chat of n8n is narrow.
  const lines = state.tasks.map(({ task, status, attempts, faults, result }) => {
    const facts = [task.role, status, `${counted(attempts, 'attempt')}${faults > 0 ? ` (${faults} ended by a technical fault)` : ''}`, result?.decision?.model, result && `${attempts > 1 ? 'last attempt ' : ''}cost ${usd(result.usage.costUsd)}`];
    return `- **${task.id} ${oneLine(task.title)}**: ${facts.filter((fact) => fact !== undefined).join(' · ')}`;
  });
  return `## Tasks\n\n${lines.join('\n')}`;
}

function problemsPart(facts: ReportFacts): string | undefined {
  const lines = problems(facts);
  return lines.length === 0 ? undefined : `## What is open\n\n${lines.join('\n')}`;
}

function problems({ state }: ReportFacts): string[] {
  const ofRun = state.run.error ? [`- ${oneLine(state.run.error.message)} ${oneLine(state.run.error.hint)}`] : [];
  return [...ofRun, ...state.tasks.filter((task) => task.status !== 'passed').map((task) => `- ${task.task.id} ${oneLine(task.task.title)}: ${oneLine(problemOf(task))}`)];
}

function problemOf(task: TaskState): string {
  const why = task.reason ?? task.verdict?.findings[0] ?? task.result?.reason;
  return isThrough(task) || why ? `${task.status}${why ? `: ${why}` : ''}` : `${task.status}, not finished`;
}

function setbacksPart({ setbacks }: ReportFacts): string | undefined {
  return setbacks.length === 0 ? undefined : `## What did not work at once\n\n${setbacks.map((setback) => `- ${oneLine(setback)}`).join('\n')}`;
}

function contributionsPart({ contributions }: ReportFacts): string | undefined {
  if (contributions.length === 0) return undefined;
  const lines = contributions.map(({ role, model, taskIds, usage }) => {
    const work = taskIds.length === 0 ? 'the run as a whole' : taskIds.join(', ');
    return `- **${oneLine(role)}** on ${oneLine(model)}: ${work} · ${counted(usage.localCalls + usage.cloudCalls, 'call')} · ${usage.promptTokens + usage.completionTokens} tokens · cost ${usd(usage.costUsd)}`;
  });
  return `## Who did what\n\n${lines.join('\n')}`;
}

function filesPart({ files, state }: ReportFacts): string {
  return files.length === 0 ? '## Files\n\nNone.' : `## Files\n\n${files.map((file) => `- \`${file.path}\` (${file.bytes} bytes)${sharedBy(file.path, state.tasks)}`).join('\n')}`;
}

/** One file of several tasks is the file of the last that passed; that the others wrote it too must not get lost. */
function sharedBy(path: string, tasks: readonly TaskState[]): string {
  const authors = tasks.filter(({ status, result }) => status === 'passed' && result?.artifacts.some((artifact) => artifact.path === path)).map(({ task }) => task.id);
  return authors.length < 2 ? '' : `, delivered by ${authors.join(' and ')}: this is what the last of them to pass delivered`;
}

/** Named for the model up to a length; thousands of paths would fill its window. */
function fileNames({ files }: ReportFacts): string {
  return files.length === 0 ? 'none' : boundedText(files.map((file) => file.path).join(', '), 2_000);
}

function decisionsPart({ state }: ReportFacts): string | undefined {
  const decisions = state.run.plan?.decisions ?? [];
  return decisions.length === 0 ? undefined : `## Decisions\n\n${decisions.map((decision) => `- ${oneLine(decision.text)}`).join('\n')}`;
}

function costPart({ usage, unpricedCalls, models }: ReportFacts): string {
  const unknown = unpricedCalls > 0 ? ` (${counted(unpricedCalls, 'call')} of unknown price)` : '';
  return `## Cost\n\nCost ${usd(usage.costUsd)}${unknown} for ${counted(usage.localCalls, 'local call')} and ${counted(usage.cloudCalls, 'cloud call')}: ${usage.promptTokens} prompt tokens, ${usage.completionTokens} answer tokens. Models: ${models.join(', ') || 'none'}.`;
}

function usd(amount: number | null): string {
  if (amount === null) return 'unknown';
  return amount === 0 ? '$0' : `$${amount.toFixed(4)}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
