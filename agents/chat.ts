import { InvalidInputError, nextTurn } from '../kernel';
import { DEFAULT_PRIVACY, mayLeaveMachine, scanLongText, strictestPrivacy, type Privacy } from '../privacy';
import { MAX_GOAL_CHARACTERS } from '../runs';
import type { AgentCall, Agents, ChatOutcome, ChatRequest, ChatTurn } from './agents';
import { acceptedChat, chatOutputSchema, type ChatAnswer } from './chat-answer';
import { chatMessages, roundsIn, spokenReply } from './chat-text';
import type { AgentDeps } from './deps';
import { SecretNeedsLocalMemoryError } from './errors';
import { openFreeSession } from './free-session';
import { mostThatFits, PROMPT_ROOM } from './prompt-size';
import { CTO_ROLE, systemRole } from './roles';
import { askForAnswer } from './structured-answer';

const DEFAULT_ROUNDS = 3;
const MOST_ROUNDS = 10;

/** Talks about a goal; asks back a bounded number of times, then decides itself and names what it assumed. */
export function talker(deps: AgentDeps): Agents['chat'] {
  return async (request, call) => {
    const message = checkedMessage(request.message);
    const privacy = await labelOf(request, message, call.signal);
    if (request.memory && !request.memory.local && !mayLeaveMachine(privacy)) throw new SecretNeedsLocalMemoryError();
    const history = (await request.memory?.read()) ?? [];
    return await answered(deps, call, { request, message, privacy, history });
  };
}

interface Talk {
  request: ChatRequest;
  message: string;
  privacy: Privacy;
  history: ChatTurn[];
}

async function answered(deps: AgentDeps, call: AgentCall, { request, message, privacy, history }: Talk): Promise<ChatOutcome> {
  const maxRounds = Math.min(MOST_ROUNDS, Math.max(0, Math.floor(request.maxRounds ?? DEFAULT_ROUNDS)));
  const rounds = roundsIn(history);
  const mayAsk = rounds < maxRounds;
  const session = openFreeSession(deps, call, { role: CTO_ROLE, privacy });
  const talk = { cto: systemRole(await deps.roles.read(), CTO_ROLE), history, message, mayAsk };
  const schema = chatOutputSchema(mayAsk);
  const mostTokens = PROMPT_ROOM.small.promptTokens;
  const answer = await askForAnswer<ChatAnswer>(session, {
    messages: mostThatFits((share) => chatMessages(talk, share), mostTokens, schema).messages,
    schema,
    mostTokens,
    keyOf: (ask) => `chat/${ask}`,
    accept: (value) => acceptedChat(value, mayAsk),
  });
  const round = answer.status === 'asking' ? rounds + 1 : rounds;
  const reply = spokenReply(answer, { round, maxRounds });
  await request.memory?.add(message, reply);
  return { ...answer, reply, round, maxRounds, role: CTO_ROLE, model: session.modelName(), usage: session.usage() };
}

/** What the message holds may raise the label, and the memory must not have it before that is known. */
async function labelOf(request: ChatRequest, message: string, signal: AbortSignal): Promise<Privacy> {
  const findings = request.memory ? await scanLongText(message, { pause: nextTurn, signal }) : [];
  return strictestPrivacy(request.privacy ?? DEFAULT_PRIVACY, findings.length > 0 ? 'secret' : undefined);
}

function checkedMessage(message: string): string {
  const text = message.trim();
  if (text === '') throw new InvalidInputError('There is no message to answer.', { hint: 'Connect a Chat Trigger, or fill in "Message".' });
  if (text.length > MAX_GOAL_CHARACTERS) throw new InvalidInputError(`The message has ${text.length} characters; the limit is ${MAX_GOAL_CHARACTERS}.`, { hint: 'Say what should be delivered, and give long material to the tasks as files.' });
  return text;
}
