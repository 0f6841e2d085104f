import { contentHash, errorFacts, type JsonValue, type Logger } from '../kernel';
import type { Memory, Scope } from '../memory';
import { redactSecrets, type Privacy } from '../privacy';
import type { ChatMessage } from '../router';
import type { JournalStore, PlanTask, Result, Run, Verdict } from '../runs';
import type { AgentCall } from './agents';
import { boundedText } from './bounded-text';
import type { HeldRun } from './held-run';

/** What agents do with the memory of the team. Never fails them: what goes wrong is said once, and they work without. */
export interface AgentMemory {
  /** What is remembered of similar work, as quotations; empty when nothing is. */
  assemble(request: Parameters<Memory['assemble']>[0], signal: AbortSignal): Promise<Pick<Awaited<ReturnType<Memory['assemble']>>, 'text' | 'used'>>;
  remember(remembrance: Parameters<Memory['remember']>[0][number], signal: AbortSignal): Promise<void>;
  noteOutcome: Memory['noteOutcome'];
}

/** Of every prompt; small beside a local model's 4k window. */
export const DEFAULT_MEMORY_TOKENS = 400;
const [LEAST_TOKENS, MOST_TOKENS] = [50, 4_000];
const MEMORIES_LOOKED_AT = 6;
const MAX_QUERY_CHARACTERS = 2_000;
const NOTHING: Awaited<ReturnType<AgentMemory['assemble']>> = { text: '', used: [] };

export function agentMemory(memory: Memory, log: Logger): AgentMemory {
  let isTold = false;
  const guarded = async <T, Other>(work: Promise<T>, otherwise: Other, signal?: AbortSignal): Promise<T | Other> =>
    await work.catch((error: unknown) => {
      if (signal?.aborted) throw error;
      const { code, message } = errorFacts(error);
      if (!isTold) log.warn(`The agents work without the memory of the team. ${message}`, { code });
      isTold = true;
      return otherwise;
    });
  return {
    assemble: async (request, signal) => await guarded(memory.assemble(request, signal), NOTHING, signal),
    remember: async (remembrance, signal) => void (await guarded(memory.remember([remembrance], signal), [], signal)),
    noteOutcome: async (ids, outcome) => await guarded(memory.noteOutcome(ids, outcome), undefined),
  };
}

/** For teams that remember nothing, as in a rehearsal. */
export const noMemory: AgentMemory = { assemble: async () => NOTHING, remember: async () => {}, noteOutcome: async () => {} };

export interface Similar {
  /** Of the journal: what was recalled once stands in the prompt of every replay. */
  key: string;
  run: Run;
  role: string;
  /** What the work is about. */
  about: string;
  /** The run's label: nothing stricter is recalled. */
  privacy: Privacy;
}

/** What the team remembers of similar work from before this run; its own tasks are told to each other anyway. */
export async function rememberedOf(memory: AgentMemory, held: HeldRun, call: AgentCall, { key, run, role, about, privacy }: Similar): Promise<string> {
  const { memoryTokens = DEFAULT_MEMORY_TOKENS } = call;
  // A secret that stands in the goal must not get into a query that a model elsewhere embeds.
  // Before it is cut: half of one is a secret that nobody recognises any more.
  const query = boundedText(redactSecrets(about.slice(0, 4 * MAX_QUERY_CHARACTERS)), MAX_QUERY_CHARACTERS);
  const step = await held.journal.step(key, contentHash({ query }), async (): Promise<JsonValue> => {
    if (memoryTokens <= 0) return { text: '', used: [] };
    const { text, used } = await memory.assemble(
      { query, scopes: scopesOf(run, role), kinds: ['trace', 'fact'], upTo: privacy, limit: MEMORIES_LOOKED_AT, budgetTokens: Math.min(MOST_TOKENS, Math.max(LEAST_TOKENS, memoryTokens)), filter: { createdBeforeMs: run.createdAtMs }, askedBy: 'agent' },
      held.signal,
    );
    return { text, used: used.map(({ id }) => id) };
  }, 'repeat');
  return (step.output as unknown as Recalled).text;
}

interface Recalled {
  text: string;
  /** Ids. */
  used: string[];
}

function scopesOf({ project }: Run, role: string): Scope[] {
  return [{ level: 'team' }, { level: 'role', of: role }, ...(project === undefined ? [] : [{ level: 'project' as const, of: project }])];
}

/** At the end of the question, as quotations that the block itself calls such. */
export function withMemory(messages: readonly ChatMessage[], remembered: string): ChatMessage[] {
  const last = messages.at(-1);
  return remembered === '' || !last ? [...messages] : [...messages.slice(0, -1), { ...last, text: `${last.text}\n\n${remembered}` }];
}

export const planMemoryKey = (goal: string): string => `plan/${contentHash(goal).slice(0, 8)}/memory`;
export const memoryKey = ({ taskId, attempt }: Pick<Verdict, 'taskId' | 'attempt'>): string => `${taskId}/${attempt}/memory`;

export interface EndedAttempt {
  run: Run;
  task: PlanTask;
  result: Result;
  verdict: Verdict;
  /** Does the task end with it? */
  isLast: boolean;
  privacy: Privacy;
}

/** Tells the memory how an attempt ended that had some of it in its prompt, and keeps a trace of a task that is over. */
export async function rememberEnd({ memory, journalStore }: { memory: AgentMemory; journalStore: JournalStore }, { memoryTokens = DEFAULT_MEMORY_TOKENS, workflowId, signal }: AgentCall, ended: EndedAttempt): Promise<void> {
  if (memoryTokens <= 0) return;
  const { run, task, verdict, privacy } = ended;
  const used = await usedIn(journalStore, run, memoryKey(verdict));
  if (used.length > 0 && verdict.needsPerson === undefined) await memory.noteOutcome(used, verdict.passed ? 'passed' : 'failed');
  if (!ended.isLast) return;
  const { project } = run;
  await memory.remember({ text: traceOf(ended), kind: 'trace', scope: project === undefined ? { level: 'team' } : { level: 'project', of: project }, privacy, provenance: { runId: run.id, taskId: task.id, role: task.role, project, workflowId } }, signal);
}

/** Tells the memory once how a run ends that was planned with some of it. One that was stopped says nothing about its plan. */
export async function rememberPlan({ memory, journalStore }: { memory: AgentMemory; journalStore: JournalStore }, { memoryTokens = DEFAULT_MEMORY_TOKENS }: AgentCall, { held, run, status }: { held: HeldRun; run: Run; status: string }): Promise<void> {
  if (memoryTokens <= 0 || run.goal === '' || !(status === 'done' || status === 'failed')) return;
  const used = await usedIn(journalStore, run, planMemoryKey(run.goal));
  if (used.length === 0) return;
  await held.journal.step(`report/outcome/${status}`, contentHash({ used }), async (): Promise<JsonValue> => {
    await memory.noteOutcome(used, status === 'done' ? 'passed' : 'failed');
    return null;
  }, 'repeat');
}

/** Ids of what stood in a prompt. */
async function usedIn(journalStore: JournalStore, run: Run, key: string): Promise<string[]> {
  const recalled = await journalStore.find(run.id, key);
  return recalled.state === 'finished' ? (recalled.output as unknown as Recalled).used : [];
}

function traceOf({ run, task, result, verdict }: EndedAttempt): string {
  const found = [...verdict.findings, ...verdict.criteria.filter(({ state }) => state === 'fail').map(({ evidence }) => evidence)];
  const outcome = verdict.passed ? `passed at attempt ${verdict.attempt}` : `not passed after ${verdict.attempt} attempts`;
  const lines = [`Goal: ${boundedText(run.goal, 300)}`, `Task for ${task.role}: ${boundedText(task.title, 200)}`, `Outcome: ${outcome}`, `Done: ${boundedText(result.summary, 500)}`, found.length > 0 && `QA found: ${boundedText(found.join('; '), 400)}`];
  return lines.filter((line) => line !== false).join('\n');
}
