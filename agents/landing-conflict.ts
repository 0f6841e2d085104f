import { contentHash } from '../kernel';
import type { TaskKey } from './agents';
import { ruled } from './arbitrate';
import { emitHeld } from './emit';
import { openSession } from './model-session';
import { movedFiles, type Landing, type MovedFile } from './project-files';
import type { Review } from './review';
import { CTO_ROLE } from './roles';

/** How a conflict over files of the project goes on. */
export type Settled =
  /** The attempt lands, over these versions. */
  | { then: 'land'; overruled: ReadonlyMap<string, string | null> }
  /** It goes back: what stands, or both, is right, and QA has to see that first. */
  | { then: 'rework'; finding: string }
  | { then: 'person'; why: string };

/** Files the next attempt is shown whole; what a finding may have of its prompt. Characters. */
const MAX_TOLD_CHARACTERS = 2_500;

/**
 * Lets the CTO decide about files that somebody else changed while the attempt was made, once per task and file. Nothing is written.
 */
export async function settleConflict(review: Review, landing: Landing): Promise<Settled> {
  const moved = await movedFiles(review.deps, landing);
  if (moved.length === 0) return { then: 'land', overruled: new Map() };
  const paths = moved.map(({ path }) => path);
  if (moved.some(({ standing }) => standing?.content.includes(0))) return { then: 'person', why: `${paths.join(', ')} changed meanwhile and holds no text the CTO could compare.` };
  const again = await arbitratedBefore(review, paths);
  if (again.length > 0) return { then: 'person', why: `${again.join(', ')} changed once more after the CTO had decided about it.` };
  return await settledByCto(review, landing, moved);
}

/** @returns the paths about which an earlier attempt of the task has asked the CTO */
async function arbitratedBefore({ held, task, result }: Review, paths: readonly string[]): Promise<string[]> {
  const before = await Promise.all(paths.map(async (path) => {
    const { output } = await held.journal.step(`${task.id}/arbitrated/${contentHash(path).slice(0, 16)}`, contentHash(path), async () => result.attempt, 'repeat');
    return output === result.attempt ? [] : [path];
  }));
  return before.flat();
}

async function settledByCto({ deps, call, held, state, task, result }: Review, { privacy }: Landing, moved: readonly MovedFile[]): Promise<Settled> {
  const key: TaskKey = { runId: result.runId, taskId: task.id, attempt: result.attempt };
  const session = openSession(deps, call, held, state.run, { role: CTO_ROLE, privacy, taskId: task.id, attempt: result.attempt });
  const sides = [
    { label: `${task.role}, attempt ${key.attempt}, which QA passed`, ...key, summary: result.summary, files: result.artifacts },
    { label: `the project as it stands, changed meanwhile by ${authorsOf(moved)}`, summary: moved.map(({ path, standing }) => (standing ? `${path} was changed.` : `${path} was deleted.`)).join(' '), files: moved.flatMap(({ path, standing }) => (standing ? [{ path, content: standing.content.toString('utf8') }] : [])) },
  ] as const;
  const { ruling, model } = await ruled({ deps, call, held, session }, sides, { goal: state.run.goal, tasks: [task] });
  await emitHeld(deps, held.lease, 'task.arbitrated', { choice: ruling.choice, files: moved.length, model }, task.id);
  call.say(`CTO (${model}): ${ruling.choice}: ${ruling.reason.slice(0, 200)}`);
  if (ruling.choice === 'first') return { then: 'land', overruled: new Map(moved.map(({ path, standing }) => [path, standing?.version ?? null])) };
  const finding = findingOf(ruling, moved);
  return finding.length <= MAX_TOLD_CHARACTERS ? { then: 'rework', finding } : { then: 'person', why: `The CTO decided "${ruling.choice}" about ${moved.map(({ path }) => path).join(', ')} (${ruling.reason}), and the files are too long to be told to the next attempt.` };
}

/** What the next attempt must know, with the contents to go on from. */
function findingOf({ choice, reason, instructions, files }: Awaited<ReturnType<typeof ruled>>['ruling'], moved: readonly MovedFile[]): string {
  const wanted = moved.map(({ path, standing }) => {
    const content = choice === 'rework' ? standing?.content.toString('utf8') : files.find((file) => file.path === path)?.content;
    return content === undefined ? `${path}: deleted` : `--- ${path}\n${content}\n--- end of ${path}`;
  });
  const deed = { first: '', second: 'keep these files as they stand now, and fit the others to them', merge: 'deliver these files as they were merged', rework: `${instructions ?? 'work from the files as they stand now'}. They stand now as` }[choice];
  return `While the attempt was made, ${authorsOf(moved)} changed ${moved.map(({ path }) => path).join(', ')}. The CTO decided (${reason}): ${deed}:\n${wanted.join('\n')}`;
}

function authorsOf(moved: readonly MovedFile[]): string {
  return [...new Set(moved.map(({ standing }) => standing?.author ?? 'somebody outside the team'))].join(' and ');
}
