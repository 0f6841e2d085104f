import { InvalidInputError } from '../../kernel';
import { PRIVACY_LABELS } from '../../privacy';
import { readArguments } from '../arguments';
import type { CommandContext } from '../command';
import { assertRunId, type NewGoal } from './team-client';

export interface RunOptions {
  /** What to do: give a goal, or look at a run. */
  what: { goal: NewGoal } | { follow: string };
  /** A team elsewhere; undefined for the n8n of the clone. */
  remote?: { url: string; token: string };
  /** As typed. */
  out?: string;
  data?: string;
  rehearsal: boolean;
  detach: boolean;
  timeoutMs: number;
}

const OPTIONS = {
  budget: { type: 'string' },
  privacy: { type: 'string' },
  out: { type: 'string' },
  url: { type: 'string' },
  token: { type: 'string' },
  data: { type: 'string' },
  timeout: { type: 'string' },
  follow: { type: 'string' },
  rehearsal: { type: 'boolean' },
  detach: { type: 'boolean' },
} as const;

const MAX_TIMEOUT_MINUTES = 7 * 24 * 60;

/** @throws {InvalidInputError} for a call that cannot be meant */
export function runOptions({ args, environment }: Pick<CommandContext, 'args' | 'environment'>): RunOptions {
  const { values, positionals } = readArguments(args, OPTIONS);
  const options = { out: values.out, data: values.data, rehearsal: values.rehearsal ?? false, detach: values.detach ?? false, timeoutMs: timeoutMs(values.timeout ?? '60') };
  const what = whatOf(values, positionals);
  if ('follow' in what && options.detach) throw new InvalidInputError('"--follow" looks at a run, "--detach" looks away.', { hint: 'Choose one of them.' });
  return { ...options, what, remote: remoteOf(values, environment) };
}

function whatOf(values: { follow?: string; budget?: string; privacy?: string }, positionals: readonly string[]): RunOptions['what'] {
  if (values.follow !== undefined) {
    if (positionals.length > 0) throw new InvalidInputError('"--follow" takes no goal: that run has one.', { hint: 'Leave one of them away.' });
    return { follow: assertRunId(values.follow) };
  }
  const goal = positionals[0]?.trim();
  if (!goal) throw new InvalidInputError('What is the goal?', { hint: 'For instance: aios run "Write a haiku about queues into haiku.md"' });
  if (positionals.length > 1) throw new InvalidInputError('The goal is more than one word.', { hint: 'Put it in quotes.' });
  return { goal: { goal, ...(values.budget !== undefined && { budgetUsd: budgetUsd(values.budget) }), ...(values.privacy !== undefined && { privacy: privacyOf(values.privacy) }) } };
}

/** The team elsewhere that a call names; undefined for the n8n of the clone. @throws {InvalidInputError} */
export function remoteOf(values: { url?: string; token?: string; data?: string; rehearsal?: boolean }, environment: CommandContext['environment']): RunOptions['remote'] {
  // An address in the environment is a default; whoever asks for a folder or a rehearsal means this machine.
  const url = values.url ?? (values.data !== undefined || values.rehearsal ? undefined : environment.AIOS_URL?.trim() || undefined);
  if (url === undefined) {
    if (values.token !== undefined) throw new InvalidInputError('"--token" needs "--url".', { hint: 'The n8n of the clone is used with its own token.' });
    return undefined;
  }
  if (values.data !== undefined || values.rehearsal) throw new InvalidInputError('"--data" and "--rehearsal" are for an n8n on this machine.', { hint: 'Leave "--url" away, or them.' });
  const token = (values.token ?? environment.AIOS_API_TOKEN)?.trim();
  if (!token) throw new InvalidInputError('The API token of the team is missing.', { hint: 'It is the field "API Token" of the credential AIOS Team API. Put it into AIOS_API_TOKEN, or give it with --token (other users of this machine can see a command line).' });
  if (!/^[\x21-\x7e]+$/.test(token)) throw new InvalidInputError('The API token holds spaces or characters no header takes.', { hint: 'Copy it again, without quotes.' });
  return { url, token };
}

function timeoutMs(text: string): number {
  const minutes = Number(text);
  if (text.trim() !== '' && minutes > 0 && minutes <= MAX_TIMEOUT_MINUTES) return minutes * 60_000;
  throw new InvalidInputError(`"--timeout ${text}" is no number of minutes above 0.`, { hint: 'For instance --timeout 90.' });
}

function budgetUsd(text: string): number {
  const budget = Number(text);
  if (text.trim() !== '' && Number.isFinite(budget) && budget >= 0) return budget;
  throw new InvalidInputError(`"--budget ${text}" is no sum in USD.`, { hint: 'For instance --budget 0.50; 0 allows only models that cost nothing.' });
}

function privacyOf(text: string): string {
  if ((PRIVACY_LABELS as readonly string[]).includes(text)) return text;
  throw new InvalidInputError(`"--privacy ${text}" is unknown.`, { hint: `There are ${PRIVACY_LABELS.join(', ')}.` });
}
