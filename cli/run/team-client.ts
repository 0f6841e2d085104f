import { z } from 'zod';
import { InvalidInputError } from '../../kernel';
import { n8nAddress } from '../n8n/address';
import { plainText } from '../text/plain-text';
import { TeamAwayError, TeamRefusedError } from './errors';
import { type ApprovalView, approvalListSchema, approvalViewSchema } from '../approvals/approval-view';
import { runViewSchema, type RunView } from './run-view';

const ANSWER_WITHIN_MS = 30_000;
const DOWNLOAD_WITHIN_MS = 300_000;
/** Beyond n8n's own limits for answers; more is no answer of ours. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
/** As our servers make them; it becomes the name of a folder. */
const RUN_ID = /^[A-Za-z0-9][\w-]{0,99}$/;

const WRONG_API_TOKEN = { problem: 'The team refused the API token.', advice: 'It is the field "API Token" of the credential AIOS Team API in that n8n, or its AIOS_API_TOKEN. Give it with AIOS_API_TOKEN or --token.' };

const controlAnswerSchema = z.object({ action: z.string(), runs: z.array(z.object({ runId: z.string(), status: z.string() })), started: z.string().optional() });
export type ControlAnswer = z.infer<typeof controlAnswerSchema>;

export interface NewGoal {
  goal: string;
  budgetUsd?: number;
  privacy?: string;
}

/** The team's HTTP interface (docs/openapi.yaml), as `aios run` uses it. */
export class TeamClient {
  readonly baseUrl: string;

  /** @param url of the n8n, or of the interface itself */
  constructor(url: string, private readonly token: string, private readonly wrongToken = WRONG_API_TOKEN) {
    this.baseUrl = `${n8nAddress(url)}/webhook/aios`;
  }

  statusUrl(runId: string): string {
    return `${this.baseUrl}/tasks?id=${encodeURIComponent(runId)}`;
  }

  /** @param key the same for every try at the same goal, so that one whose answer was lost does not start a second run */
  async create(goal: NewGoal, key: string, signal: AbortSignal): Promise<string> {
    const response = await this.ask(`${this.baseUrl}/tasks`, { method: 'POST', body: JSON.stringify(goal), headers: { 'content-type': 'application/json', 'idempotency-key': key } }, signal);
    const runId = ((await this.json(response)) as { runId?: unknown } | null)?.runId;
    if (typeof runId !== 'string' || !RUN_ID.test(runId)) throw this.stranger();
    return runId;
  }

  /** Pauses, resumes or stops. @returns what the team says it did */
  async control(request: Record<string, unknown>, signal: AbortSignal): Promise<ControlAnswer> {
    const response = await this.ask(`${this.baseUrl}/control`, { method: 'POST', body: JSON.stringify(request), headers: { 'content-type': 'application/json' } }, signal);
    const parsed = controlAnswerSchema.safeParse(await this.json(response));
    if (!parsed.success) throw this.stranger();
    return parsed.data;
  }

  async read(runId: string, signal: AbortSignal): Promise<RunView> {
    const parsed = runViewSchema.safeParse(await this.json(await this.ask(this.statusUrl(runId), {}, signal)));
    if (!parsed.success) throw this.stranger();
    return parsed.data;
  }

  async artifact(runId: string, path: string, signal: AbortSignal): Promise<Uint8Array> {
    const response = await this.ask(`${this.baseUrl}/artifacts?${new URLSearchParams({ id: runId, path })}`, {}, signal, DOWNLOAD_WITHIN_MS);
    return await this.bytes(response);
  }

  /** @param status one of an approval's, or `all` */
  async approvals(status: string, signal: AbortSignal): Promise<ApprovalView[]> {
    const parsed = approvalListSchema.safeParse(await this.json(await this.ask(`${this.baseUrl}/approvals?status=${status}`, {}, signal)));
    if (!parsed.success) throw this.stranger();
    return parsed.data.approvals;
  }

  /** With the exact action. */
  async approval(id: string, signal: AbortSignal): Promise<ApprovalView> {
    return await this.approvalOf(await this.ask(`${this.baseUrl}/approvals?id=${encodeURIComponent(id)}`, {}, signal));
  }

  async decide(decision: object, signal: AbortSignal): Promise<ApprovalView> {
    return await this.approvalOf(await this.ask(`${this.baseUrl}/approvals/decide`, { method: 'POST', body: JSON.stringify(decision), headers: { 'content-type': 'application/json' } }, signal));
  }

  private async approvalOf(response: Response): Promise<ApprovalView> {
    const parsed = approvalViewSchema.safeParse(await this.json(response));
    if (!parsed.success) throw this.stranger();
    return parsed.data;
  }

  private stranger(): TeamRefusedError {
    return new TeamRefusedError(200, `${new URL(this.baseUrl).origin} answers, but not as the team's HTTP interface does.`, 'Check that the address is that of an n8n with the template 04-http-api published.');
  }

  private async ask(url: string, init: RequestInit, signal: AbortSignal, withinMs = ANSWER_WITHIN_MS): Promise<Response> {
    const headers = { ...init.headers, authorization: `Bearer ${this.token}` };
    // No redirect: the token is for this host alone.
    const request = { ...init, headers, redirect: 'manual' as const, signal: AbortSignal.any([signal, AbortSignal.timeout(withinMs)]) };
    const response = await fetch(url, request).catch((cause: unknown) => {
      signal.throwIfAborted();
      throw TeamAwayError.from(this.baseUrl, cause);
    });
    if (!response.ok) throw await this.refusal(response);
    return response;
  }

  private async json(response: Response): Promise<unknown> {
    try {
      return JSON.parse(new TextDecoder().decode(await this.bytes(response)));
    } catch (error) {
      if (error instanceof SyntaxError) return null;
      throw error;
    }
  }

  private async bytes(response: Response): Promise<Uint8Array> {
    const declared = Number(response.headers.get('content-length') ?? 0);
    if (declared > MAX_ANSWER_BYTES) throw new TeamRefusedError(response.status, `The answer has ${declared} bytes; ${MAX_ANSWER_BYTES} is the most this command takes.`, 'Fetch that file with another program.');
    return new Uint8Array(await response.arrayBuffer().catch((cause: unknown) => {
      throw TeamAwayError.from(this.baseUrl, cause);
    }));
  }

  private async refusal(response: Response): Promise<TeamAwayError | TeamRefusedError> {
    const { status } = response;
    const said = (await this.json(response).catch(() => null)) as { detail?: unknown; hint?: unknown; code?: unknown; message?: unknown } | null;
    const detail = textOf(said?.detail) ?? textOf(said?.message) ?? `answered ${status}`;
    if (isPassing(status, said?.code)) return new TeamAwayError(this.baseUrl, `answers ${status}: ${detail.replace(/\.$/, '')}`, Number(response.headers.get('retry-after') ?? 0) * 1000 || 0);
    if (status >= 300 && status < 400) return new TeamRefusedError(status, `${new URL(this.baseUrl).origin} sends us on to ${textOf(response.headers.get('location')) ?? 'somewhere else'}.`, 'If that is your n8n, give that address.');
    if (status === 401) return new TeamRefusedError(status, this.wrongToken.problem, this.wrongToken.advice);
    // n8n's own answer where no workflow listens; ours for a run nobody knows has a code of text.
    if (status === 404 && typeof said?.code !== 'string') return new TeamRefusedError(status, `No team listens at ${this.baseUrl}.`, 'Publish the template 04-http-api in that n8n ("aios templates install --publish" does it), and check the address.');
    return new TeamRefusedError(status, detail, textOf(said?.hint) ?? 'Mend the call and try again.');
  }
}

/** @throws {InvalidInputError} for what a user cannot have copied from us */
export function assertRunId(runId: string): string {
  if (RUN_ID.test(runId)) return runId;
  throw new InvalidInputError(`"${plainText(runId).slice(0, 60)}" is no run id.`, { hint: 'A run id has letters, digits, "-" and "_" only; "aios run" prints it at its start.' });
}

function isPassing(status: number, code: unknown): boolean {
  return [429, 502, 504].includes(status) || (status === 503 && code !== 'NO_API_TOKEN' && code !== 'NO_APPROVER');
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? plainText(value).slice(0, 500) : undefined;
}
