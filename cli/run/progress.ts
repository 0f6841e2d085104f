import type { Clock } from '../../kernel';
import type { CommandContext, Terminal } from '../command';
import { styled } from '../styled';
import { jsonLine, plainText } from '../text/plain-text';
import { LiveRows } from './live-rows';
import { runChanges, type RunChange } from './run-changes';
import { runScreen } from './run-screen';
import type { RunView, TaskView } from './run-view';
import { RUN_WORDS, taskDetails, taskWord, WORD_COLUMNS } from './words';

/** Shows a run while it goes on. */
export interface Progress {
  view(view: RunView): void;
  say(text: string): void;
  end(): void;
}

export function progressFor({ json, terminal }: Pick<CommandContext, 'json' | 'terminal'>, clock: Clock): Progress {
  if (json) return jsonProgress(terminal);
  return terminal.interactive ? liveProgress(terminal, clock) : plainProgress(terminal);
}

/** Drawn over in place, the time every second. */
function liveProgress(terminal: Terminal, clock: Clock): Progress {
  const rows = new LiveRows(terminal);
  const begunAtMs = clock.nowMs();
  let latest: RunView | undefined;
  let cancelTick = () => {};
  const draw = () => {
    cancelTick();
    if (latest) rows.draw(runScreen(latest, terminal, clock.nowMs() - begunAtMs));
    cancelTick = clock.after(1_000, draw);
  };
  return {
    view: (view) => {
      latest = view;
      draw();
    },
    say: (text) => rows.sayAbove(text),
    end: () => {
      cancelTick();
      rows.end();
    },
  };
}

/** A line per change, for logs and pipes. */
function plainProgress(terminal: Terminal): Progress {
  let before: RunView | undefined;
  return {
    view: (view) => {
      for (const change of runChanges(before, view)) terminal.say(changeLine(change, terminal));
      before = view;
    },
    say: (text) => terminal.say(text),
    end: () => {},
  };
}

function changeLine(change: RunChange, terminal: Terminal): string {
  if (change.kind === 'status') return `Run: ${RUN_WORDS[change.status] ?? plainText(change.status)}`;
  const { mark, word, colour } = taskWord(change.task.status);
  const details = taskDetails(change.task);
  return `${styled(colour, `${mark} ${word.padEnd(WORD_COLUMNS)}`, terminal)}  ${plainText(change.task.title) || plainText(change.task.id)}${details && `  (${details})`}`;
}

function jsonProgress(terminal: Terminal): Progress {
  let before: RunView | undefined;
  return {
    view: (view) => {
      for (const change of runChanges(before, view)) terminal.print(jsonLine(change.kind === 'status' ? { event: 'status', runId: view.runId, status: change.status } : { event: 'task', runId: view.runId, ...taskFacts(change.task) }));
      before = view;
    },
    say: (text) => terminal.say(text),
    end: () => {},
  };
}

function taskFacts({ id, ...task }: TaskView): object {
  return { taskId: id, ...task };
}
