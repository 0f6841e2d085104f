import type { Colour } from '../styled';
import { plainText } from '../text/plain-text';
import type { TaskView } from './run-view';

export interface StatusWord {
  mark: string;
  word: string;
  colour: Colour;
}

const TASK_WORDS: Record<string, StatusWord> = {
  waiting: { mark: '·', word: 'waiting', colour: 'dim' },
  ready: { mark: '·', word: 'ready', colour: 'dim' },
  running: { mark: '>', word: 'working', colour: 'cyan' },
  delivered: { mark: '>', word: 'in review', colour: 'cyan' },
  passed: { mark: '✓', word: 'passed', colour: 'green' },
  needsPerson: { mark: '!', word: 'needs you', colour: 'yellow' },
  skipped: { mark: '-', word: 'skipped', colour: 'dim' },
};

export const RUN_WORDS: Record<string, string> = { queued: 'queued', running: 'running', waiting: 'waits for you', done: 'done', failed: 'failed', stopped: 'stopped' };

/** Columns of the longest word. */
export const WORD_COLUMNS = 9;

export function taskWord(status: string): StatusWord {
  return Object.hasOwn(TASK_WORDS, status) ? TASK_WORDS[status]! : { mark: '·', word: plainText(status).slice(0, WORD_COLUMNS), colour: 'dim' };
}

/** Who works on it with what, for instance `backend, qwen3:8b, 2 tries, $0.0012`. The provider is left out for room. */
export function taskDetails({ role, model, attempts, costUsd }: TaskView): string {
  const parts = [plainText(role), model && plainText(model.split('/').at(-1)!), attempts > 0 && `${attempts} ${attempts === 1 ? 'try' : 'tries'}`, attempts > 0 && usd(costUsd)];
  return parts.filter(Boolean).join(', ');
}

/** `null`: the price of a call is unknown. Small sums keep two digits that say something. */
export function usd(amount: number | null): string {
  if (amount === null) return 'cost unknown';
  if (amount === 0) return '$0';
  return `$${amount < 0.01 ? Number(amount.toPrecision(2)).toString() : amount.toFixed(2)}`;
}

/** `1:05`, `1:00:00` */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes}:${two(seconds % 60)}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}
