interface GraphNode {
  id: string;
  dependsOn: readonly string[];
}

/** @returns the ids of one cycle, first and last the same; undefined when there is none */
export function findCycle(nodes: readonly GraphNode[]): string[] | undefined {
  const dependencies = new Map(nodes.map((node) => [node.id, node.dependsOn]));
  const finished = new Set<string>();

  const visit = (id: string, path: readonly string[]): string[] | undefined => {
    const start = path.indexOf(id);
    if (start >= 0) return [...path.slice(start), id];
    if (finished.has(id)) return undefined;
    for (const dependency of dependencies.get(id) ?? []) {
      const cycle = visit(dependency, [...path, id]);
      if (cycle) return cycle;
    }
    finished.add(id);
    return undefined;
  };

  for (const { id } of nodes) {
    const cycle = visit(id, []);
    if (cycle) return cycle;
  }
  return undefined;
}
