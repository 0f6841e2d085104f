import { readFile } from 'node:fs/promises';
import { InvalidInputError, errorFacts, type JsonObject, type JsonValue } from '../../kernel';
import { PRIVACY_LABELS, strictestPrivacy } from '../../privacy';
import type { Decision, JudgedRequest, ModelRequest, OfflineRouter } from '../../team';
import { answerLines, counted, idOf, oneOf, unreadable } from '../answer-lines';
import { readArguments } from '../arguments';
import type { Command, CommandContext, ExitCode } from '../command';
import type { LineStreams } from '../drivers/line-streams';

const USAGE = `Usage: aios route --models MODELS [FILE] [--json]

Says which model the router would ask, and why, without asking it: no network,
nothing is written. MODELS is a models file, YAML or JSON. Reads JSON lines from
FILE, or from stdin without it:
  {"id": "a", "prompt": "Prove that there are infinitely many primes"}
and writes one line for each, in the same order:
  {"id":"a","model":"anthropic/claude-opus-4-5","provider":"anthropic",
   "local":false,"privacy":"internal","complexity":0.7,"confidence":0.8,
   "candidates":[…],"estimatedCostUsd":0.012}

Optional fields: "privacy" (public, internal or secret; internal without it),
"role", "preset" (localFirst, balanced, cheapest, fastest, best, privateOnly or
own), "tools" (a list) and "schema" (of the answer). What the detector finds in
any of them raises the label; "raisedBy" then says what it was. Where no model
may answer, "model" is null and "error" says why.
The exit code is 1 when a line cannot be read or no model may answer it.
`;

/** `aios route`: the router's decisions on the command line. */
export function routeCommand(streams: LineStreams): Command {
  return { name: 'route', summary: 'says which model would answer each prompt, and why', usage: USAGE, run: (context) => route(context, streams) };
}

async function route(context: CommandContext, streams: LineStreams): Promise<ExitCode> {
  const { values, positionals } = readArguments(context.args, { models: { type: 'string' } });
  if (values.models === undefined) throw new InvalidInputError('--models is missing.', { hint: 'Name a models file.' });
  if (positionals.length > 1) throw new InvalidInputError(`One file at a time, not ${positionals.length}.`, { hint: 'Use "cat a b | aios route --models MODELS".' });
  const router = await routerOver(values.models);
  for (const warning of router.warnings) context.terminal.say(`${values.models}: ${warning}.`);
  const counts = { local: 0, cloud: 0, none: 0 };
  const { read, unreadable: missing, cutShort } = await answerLines(streams, positionals[0], context, async (fields) => {
    const answer = await routed(fields, router, context.signal);
    counts[answer.model === null ? 'none' : answer.local ? 'local' : 'cloud']++;
    return answer;
  });
  if (cutShort) return cutShort === 'unread' ? 0 : 1;
  if (!context.json) context.terminal.say(`${counted(read)}: ${counts.local} local, ${counts.cloud} cloud${counts.none > 0 ? `, ${counts.none} without a model` : ''}${missing > 0 ? `, ${missing} not readable` : ''}.`);
  return missing + counts.none > 0 ? 1 : 0;
}

async function routerOver(file: string): Promise<OfflineRouter> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new InvalidInputError(`The models file ${file} cannot be read.`, { hint: 'Name a file that is there.', cause });
  });
  const { offlineRouter } = await import('../../team');
  try {
    return offlineRouter(text);
  } catch (cause) {
    const { message, hint } = errorFacts(cause);
    throw new InvalidInputError(`${file}: ${message}`, { hint, cause });
  }
}

type Choice = Pick<Decision, 'privacy' | 'raisedBy' | 'complexity' | 'confidence' | 'candidates' | 'estimatedCostUsd'>;
type Answer = { id: string | number; model: string | null; provider: string | null; local: boolean | null; error?: { code: string; message: string } } & Choice;

async function routed(fields: JsonObject, router: OfflineRouter, signal: AbortSignal): Promise<Answer> {
  const id = idOf(fields);
  const request = await requestIn(fields);
  try {
    const { model, provider, local, privacy, raisedBy, complexity, confidence, candidates, estimatedCostUsd } = await router.explain(request, signal);
    return { id, model, provider, local, privacy, ...(raisedBy && { raisedBy }), complexity, confidence, candidates, estimatedCostUsd };
  } catch (error) {
    if (signal.aborted) throw error;
    return { id, ...(await withoutModel(await router.raisePrivacy(request, signal), error)) };
  }
}

async function withoutModel(request: JudgedRequest, error: unknown): Promise<Omit<Answer, 'id'>> {
  const { estimateComplexity } = await import('../../team');
  const { code, message } = errorFacts(error);
  const { facts: { privacy }, raisedBy } = request;
  return { model: null, provider: null, local: null, privacy, ...(raisedBy && { raisedBy }), ...estimateComplexity(request), candidates: [], estimatedCostUsd: null, error: { code, message } };
}

async function requestIn(fields: JsonObject): Promise<ModelRequest> {
  const { PRESETS } = await import('../../team');
  const { prompt, role, tools, schema } = fields;
  if (typeof prompt !== 'string') throw unreadable('has no "prompt" (a string).');
  if (role !== undefined && role !== null && typeof role !== 'string') throw unreadable('has a "role" that is no string.');
  return {
    messages: [{ role: 'user', text: prompt }],
    tools: toolsIn(tools),
    schema: schemaIn(schema),
    facts: { privacy: strictestPrivacy(oneOf(fields, 'privacy', PRIVACY_LABELS)), preset: oneOf(fields, 'preset', PRESETS), role: role ?? undefined },
  };
}

/** Names, or tools in any vendor's form: whether there are any decides, and all that stands in them is read by the detector. */
function toolsIn(tools: JsonValue | undefined): ModelRequest['tools'] {
  if (tools === undefined || tools === null) return undefined;
  if (!Array.isArray(tools)) throw unreadable('has "tools" that are no list.');
  return tools.map((tool, index) => (typeof tool === 'string' ? { name: tool, description: '', schema: {} } : { name: `tool${index + 1}`, description: '', schema: objectOf(tool, 'has a tool that is neither a name nor an object.') }));
}

function schemaIn(schema: JsonValue | undefined): ModelRequest['schema'] {
  return schema === undefined || schema === null ? undefined : { name: 'answer', schema: objectOf(schema, 'has a "schema" that is no object.') };
}

function objectOf(value: JsonValue, complaint: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unreadable(complaint);
  return value;
}
