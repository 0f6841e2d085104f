import { nextTurn, sha256, throwIfCancelled } from '../kernel';
import { mayLeaveMachine, scanSlices, strictestPrivacy } from '../privacy';
import type { ModelRequest } from './request';

/** A request whose label its own content has had its say in. */
export interface JudgedRequest extends ModelRequest {
  /** Types of what was found (`credit-card`), never the text; absent when the label is the author's. */
  raisedBy?: string[];
}

/**
 * Raises the label to `secret` when anything a model would be shown holds a secret or a hard identifier; never lowers it.
 * A request that is secret already is not read. Pictures are not read.
 *
 * @throws {CancelledError} when `signal` fires
 */
export type RaisePrivacy = (request: ModelRequest, signal: AbortSignal) => Promise<JudgedRequest>;

/** Texts whose verdict is kept, about 1 MB: of a long conversation only the new turn is read. */
const MOST_KNOWN = 8_192;

export function privacyRaiser(mostKnown = MOST_KNOWN): RaisePrivacy {
  const known = new KnownTexts(mostKnown);
  return async (request, signal) => {
    const { facts } = request;
    if (!mayLeaveMachine(facts.privacy)) return request;
    const found = await firstFinding(textsOf(request), known, signal);
    return found === undefined ? request : { ...request, facts: { ...facts, privacy: strictestPrivacy(facts.privacy, 'secret') }, raisedBy: [found] };
  };
}

/** Nothing found in this text. */
const HARMLESS = '';

/** One finding is enough: the rest of the request is not read. */
async function firstFinding(texts: Iterable<string>, known: KnownTexts, signal: AbortSignal): Promise<string | undefined> {
  const unread = new Map<string, string>();
  for (const text of texts) {
    throwIfCancelled(signal);
    const hash = sha256(text);
    const verdict = known.read(hash);
    if (verdict === undefined) unread.set(hash, text);
    else if (verdict !== HARMLESS) return verdict;
  }
  const hashes = [...unread.keys()];
  let found: { textIndex: number; type: string } | undefined;
  for await (const finding of scanSlices(unread.values(), { pause: nextTurn, signal })) {
    found = finding;
    break;
  }
  // Those before the finding were read to their end.
  for (const hash of hashes.slice(0, found?.textIndex)) known.keep(hash, HARMLESS);
  if (found) known.keep(hashes[found.textIndex]!, found.type);
  return found?.type;
}

/** Everything that leaves with a request, values as they are sent: the name of a field may tell what stands in it. The newest message first, where most findings are. */
function* textsOf({ messages, tools = [], schema }: ModelRequest): Generator<string> {
  for (const message of messages.toReversed()) {
    yield message.text;
    if (message.role === 'assistant') for (const { name, arguments: values } of message.toolCalls ?? []) yield JSON.stringify({ name, arguments: values });
  }
  for (const { name, description, schema: parameters } of tools) yield JSON.stringify({ name, description, parameters });
  if (schema) yield JSON.stringify(schema);
}

/**
 * Verdicts by the hash of a text. Holds no text. In two generations, because taking the oldest out of a map one by one costs more than the scan of a
 * short text: when the younger is full, the older is forgotten, with all that was not asked for since.
 */
class KnownTexts {
  private younger = new Map<string, string>();
  private older = new Map<string, string>();

  constructor(private readonly most: number) {}

  read(hash: string): string | undefined {
    const verdict = this.younger.get(hash);
    if (verdict !== undefined) return verdict;
    const former = this.older.get(hash);
    if (former !== undefined) this.keep(hash, former);
    return former;
  }

  keep(hash: string, verdict: string): void {
    this.younger.set(hash, verdict);
    if (this.younger.size < Math.max(1, this.most / 2)) return;
    this.older = this.younger;
    this.younger = new Map();
  }
}
