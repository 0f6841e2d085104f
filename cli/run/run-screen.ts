import type { Terminal } from '../command';
import { columnsOf, cutTo, padTo } from '../text/columns';
import { styled } from '../styled';
import { plainText } from '../text/plain-text';
import { planTree, type TreeTask } from './plan-tree';
import type { RunView } from './run-view';
import { duration, RUN_WORDS, taskDetails, taskWord, usd, WORD_COLUMNS } from './words';

/** Below this many columns a task takes two rows. */
const WIDE_COLUMNS = 60;
const LEAST_TITLE_COLUMNS = 12;
const DEEPEST_INDENT = 6;

type Size = Pick<Terminal, 'columns' | 'rows' | 'colour'>;

/** The run as rows for a terminal of that size; no row is wider than it has columns. */
export function runScreen(view: RunView, size: Size, elapsedMs: number): string[] {
  // The last column stays free: some terminals begin a new row as soon as it is filled.
  const columns = size.columns - 1;
  const head = [styled('bold', cutTo(columns, headline(view, elapsedMs)), size)];
  if (view.tasks.length === 0) return [...head, cutTo(columns, view.status === 'queued' ? '  n8n has taken the goal.' : '  The CTO is planning.')];
  const blocks = planTree(view.tasks).map((task) => taskRows(task, columns, size));
  return [...head, ...fitting(view, blocks, Math.max(3, size.rows - 3))];
}

function headline({ title, status, tasks, usage, runId }: RunView, elapsedMs: number): string {
  const through = tasks.filter((task) => ['passed', 'skipped'].includes(task.status)).length;
  const progress = tasks.length > 0 ? [`${through} of ${tasks.length} tasks`] : [];
  const spent = usage.localCalls + usage.cloudCalls > 0 ? [usd(usage.costUsd)] : [];
  return [RUN_WORDS[status] ?? plainText(status), duration(elapsedMs), ...progress, ...spent, plainText(title) || runId].join(' · ');
}

function taskRows(task: TreeTask, columns: number, size: Size): string[] {
  const isWide = columns >= WIDE_COLUMNS;
  const indent = ' '.repeat(Math.min(task.depth, DEEPEST_INDENT) * (isWide ? 2 : 1) + (isWide ? 2 : 0));
  const { mark, word, colour } = taskWord(task.status);
  const title = plainText(task.title) || plainText(task.id);
  const state = styled(colour, `${mark} ${padTo(isWide ? WORD_COLUMNS : 0, word)}`, size);
  const room = columns - columnsOf(indent) - columnsOf(mark) - 1 - (isWide ? WORD_COLUMNS : columnsOf(word)) - 1;
  return isWide ? [wideRow(indent + state, title, taskDetails(task), room, size)] : [`${indent}${state} ${cutTo(room, title)}`, ...detailRow(task, indent, columns, size)];
}

function wideRow(state: string, title: string, details: string, room: number, size: Size): string {
  const titleNeeds = Math.min(columnsOf(title), Math.max(LEAST_TITLE_COLUMNS, Math.floor(room * 0.45)));
  const detailColumns = Math.min(columnsOf(details), room - titleNeeds - 2);
  const titleColumns = room - detailColumns - 2;
  return `${state} ${padTo(titleColumns, cutTo(titleColumns, title))}  ${styled('dim', cutTo(detailColumns, details), size)}`;
}

function detailRow(task: TreeTask, indent: string, columns: number, size: Size): string[] {
  const text = cutTo(columns - columnsOf(indent) - 2, taskDetails(task));
  return text && task.attempts > 0 ? [`${indent}  ${styled('dim', text, size)}`] : [];
}

/** A screen that is too low shows what is at work; first what is through goes into a sum, then what comes later. */
function fitting({ tasks }: RunView, blocks: readonly string[][], room: number): string[] {
  if (blocks.flat().length <= room) return blocks.flat();
  const passed = tasks.filter(({ status }) => status === 'passed').length;
  const order = planTree(tasks);
  const open = blocks.filter((_block, index) => order[index]!.status !== 'passed');
  const sum = passed > 0 ? [`  ✓ ${passed} passed`] : [];
  const shown: string[][] = [];
  for (const block of open) {
    if (sum.length + shown.flat().length + block.length > room - 1) break;
    shown.push(block);
  }
  const left = open.length - shown.length;
  return [...sum, ...shown.flat(), ...(left > 0 ? [`  · ${left} more`] : [])];
}
