import type { MemoryItem, Scope, TracesOfUser } from '../../team';
import type { Terminal } from '../command';
import { styled } from '../styled';
import { plainText } from '../text/plain-text';
import { wrap } from '../text/wrap';

const SHOWN_CHARACTERS = 600;

/** One memory: what it is on the first line, its text below. @param why how it was found */
export function itemLines({ id, kind, scope, privacy, createdAtMs, outcomes, provenance, text }: MemoryItem, terminal: Terminal, why?: string): string {
  const head = [kind, scopeText(scope), privacy, new Date(createdAtMs).toISOString().slice(0, 16).replace('T', ' '), outcomesText(outcomes), id].filter((part) => part !== '').join(' · ');
  const shown = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS).toWellFormed()}…` : text;
  const tail = [why, provenance.source && `from ${provenance.source}`].filter((part) => part).join(' · ');
  return [styled('dim', plainText(head), terminal), ...wrap(shown, terminal.columns, '  '), ...(tail === '' ? [] : wrap(tail, terminal.columns, '  ').map((line) => styled('dim', line, terminal)))].join('\n');
}

/** What would be forgotten: how many, and the newest of them. */
export function sampleLines(items: readonly MemoryItem[], found: number, terminal: Terminal): string {
  if (found === 0) return 'Nothing here is remembered.';
  const more = found > items.length ? [`and ${found - items.length} more`] : [];
  return [...items.map((item) => itemLines(item, terminal)), ...more, '', `${memories(found)}. To forget ${found === 1 ? 'it' : 'them'}, say the same again with --expected ${found}`].join('\n');
}

export const forgottenText = (forgotten: number): string => `${memories(forgotten)} forgotten.`;

export function tracesText({ memories: items, sessions, runs }: TracesOfUser, { user, erased }: { user: string; erased: boolean }): string {
  const sum = items + sessions + runs;
  const list = `${memories(items)}, ${counted(sessions, 'conversation')} and the name in ${counted(runs, 'run')} that ${runs === 1 ? 'is' : 'are'} over`;
  if (erased) return `"${plainText(user)}" is erased: ${list}.`;
  return sum === 0 ? `There is nothing of "${plainText(user)}".` : `Of "${plainText(user)}" there are ${list}. To erase, say the same again with --expected ${sum}`;
}

function scopeText(scope: Scope): string {
  return scope.level === 'team' ? 'team' : `${scope.level}:${scope.of}`;
}

function outcomesText({ passed, failed }: MemoryItem['outcomes']): string {
  return passed + failed === 0 ? '' : `helped in ${passed} of ${counted(passed + failed, 'task')}`;
}

const memories = (count: number): string => (count === 1 ? '1 memory' : `${count} memories`);
const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
