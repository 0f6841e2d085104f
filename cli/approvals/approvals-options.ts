import { readFileSync } from 'node:fs';
import { InvalidInputError, type JsonValue } from '../../kernel';
import type { CommandContext } from '../command';
import { readSecret } from '../drivers/read-secret';
import { readRunning } from '../run/running-file';
import { TeamClient } from '../run/team-client';
import { userFolder } from '../user-folder';

const DEFAULT_URL = 'http://127.0.0.1:5678';
const WRONG_TOKEN = { problem: 'The team refused the token.', advice: 'It must be the token of an approver of this team. "aios approver add NAME" makes one; put it into AIOS_APPROVER_TOKEN.' };

/** The team's HTTP interface with an approver's token, which never stands on the command line. */
export async function approvalsClient({ environment, signal, terminal }: CommandContext, { url, data }: { url?: string; data?: string }): Promise<TeamClient> {
  const running = url === undefined ? readRunning(userFolder({ data, environment }))?.url : undefined;
  const address = url ?? (data === undefined ? environment.AIOS_URL?.trim() : undefined) ?? running ?? DEFAULT_URL;
  const token = environment.AIOS_APPROVER_TOKEN?.trim() || (await readSecret('Your token as an approver; what you type is not shown:', signal, terminal.say));
  if (!/^[\x21-\x7e]+$/.test(token)) throw new InvalidInputError('The token holds spaces or characters no header takes.', { hint: 'Copy it again, without quotes.' });
  return new TeamClient(address, token, WRONG_TOKEN);
}

export const DECIDE_OPTIONS = {
  approve: { type: 'boolean' },
  reject: { type: 'boolean' },
  accept: { type: 'boolean' },
  skip: { type: 'boolean' },
  retry: { type: 'string' },
  edit: { type: 'string' },
  hash: { type: 'string' },
  reason: { type: 'string' },
  url: { type: 'string' },
  data: { type: 'string' },
} as const;

interface DecideValues {
  approve?: boolean;
  reject?: boolean;
  accept?: boolean;
  skip?: boolean;
  retry?: string;
  edit?: string;
  reason?: string;
}

/** What a person wants, as the HTTP interface takes it. @throws {InvalidInputError} unless exactly one thing is wanted */
export function wishOf(values: DecideValues): { decision: 'approve' | 'reject'; edited?: JsonValue; reason?: string } {
  const wanted = (['approve', 'reject', 'accept', 'skip', 'retry', 'edit'] as const).filter((name) => values[name] !== undefined);
  const [wish, ...more] = wanted;
  if (wish === undefined || more.length > 0) {
    throw new InvalidInputError(wish === undefined ? 'What is the decision?' : `"--${wish}" and "--${more[0]}" cannot both be meant.`, { hint: 'Give one of --approve, --reject, --edit FILE; for a task also --retry "HINT", --accept or --skip.' });
  }
  const reason = values.reason === undefined ? {} : { reason: values.reason };
  if (wish === 'approve' || wish === 'reject') return { decision: wish, ...reason };
  if (wish === 'edit') return { decision: 'approve', edited: jsonFile(values.edit!), ...reason };
  return { decision: 'approve', edited: { then: wish, ...(wish === 'retry' && { hint: values.retry! }) }, ...reason };
}

function jsonFile(path: string): JsonValue {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as JsonValue;
  } catch (cause) {
    throw new InvalidInputError(`"${path}" cannot be read as JSON: ${cause instanceof Error ? cause.message : String(cause)}`, { hint: 'Take "action" from "aios approvals show ID --json" and change what is to be done.', cause });
  }
}
