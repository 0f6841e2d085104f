import type { PlanTask } from './contracts';

/**
 * Lets tasks that deliver the same file wait for each other: side by side, the one that passes last would replace the other's
 * work without having seen it. Nothing changes where one already waits for the other. The tasks must have no cycle; none is made.
 *
 * @param repairs is told what was changed
 */
export function inOrderByFile(tasks: readonly PlanTask[], repairs: string[]): PlanTask[] {
  const ordered = tasks.map((task) => ({ ...task }));
  for (const [index, later] of ordered.entries()) {
    for (const earlier of ordered.slice(0, index)) {
      const shared = later.deliverables.find((path) => earlier.deliverables.some((other) => other.toLowerCase() === path.toLowerCase()));
      if (shared === undefined || waitsFor(later, earlier, ordered) || waitsFor(earlier, later, ordered)) continue;
      later.dependsOn = [...later.dependsOn, earlier.id];
      repairs.push(`Tasks "${earlier.id}" and "${later.id}" both deliver ${shared}; "${later.id}" now waits for "${earlier.id}".`);
    }
  }
  return ordered;
}

function waitsFor(task: PlanTask, other: PlanTask, tasks: readonly PlanTask[]): boolean {
  const seen = new Set<string>();
  const open = [...task.dependsOn];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (id === other.id) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    open.push(...(tasks.find((candidate) => candidate.id === id)?.dependsOn ?? []));
  }
  return false;
}
