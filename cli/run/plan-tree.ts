import type { TaskView } from './run-view';

export interface TreeTask extends TaskView {
  /** 0 for a task that waits for nothing. */
  depth: number;
}

/** The tasks as a tree in reading order: each below the deepest task it waits for. A dependency that is not there, or goes in a circle, counts as none. */
export function planTree(tasks: readonly TaskView[]): TreeTask[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  return inReadingOrder(tasks, byId, depthsOf(tasks, byId));
}

/** Wave by wave, so that a circle ends the loop and not the program. */
function depthsOf(tasks: readonly TaskView[], byId: ReadonlyMap<string, TaskView>): Map<string, number> {
  const depths = new Map<string, number>();
  for (let depth = 0; ; depth += 1) {
    const wave = tasks.filter(({ id }) => !depths.has(id) && dependenciesOf(byId, id).every((dependency) => depths.has(dependency)));
    if (wave.length === 0) return depths;
    for (const { id } of wave) depths.set(id, depth);
  }
}

function inReadingOrder(tasks: readonly TaskView[], byId: ReadonlyMap<string, TaskView>, depths: ReadonlyMap<string, number>): TreeTask[] {
  const depth = (id: string) => depths.get(id) ?? 0;
  const parentOf = ({ id }: TaskView) => dependenciesOf(byId, id).find((dependency) => depth(dependency) === depth(id) - 1);
  const placed = new Set<TaskView>();
  const withChildren = (task: TaskView): TreeTask[] => {
    if (placed.has(task)) return [];
    placed.add(task);
    return [{ ...task, depth: depth(task.id) }, ...tasks.filter((other) => parentOf(other) === task.id).flatMap(withChildren)];
  };
  const tree = tasks.filter((task) => parentOf(task) === undefined).flatMap(withChildren);
  // What a circle kept out comes last: nothing the server sent may be missing.
  return [...tree, ...tasks.flatMap(withChildren)];
}

function dependenciesOf(byId: ReadonlyMap<string, TaskView>, id: string): string[] {
  return byId.get(id)?.dependsOn.filter((dependency) => byId.has(dependency)) ?? [];
}
