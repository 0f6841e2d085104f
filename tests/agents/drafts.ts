/** Answers as models write them, for scripts. */
export const task = (id: string, more: Record<string, unknown> = {}) => ({
  id,
  title: `Write ${id}`,
  role: 'backend',
  instructions: `Write the file ${id}.txt`,
  dependsOn: [],
  acceptance: [{ id: 'a1', text: 'It says hello', check: null }],
  deliverables: [`${id}.txt`],
  privacy: 'internal',
  optional: false,
  ...more,
});

export const planOf = (...tasks: unknown[]) => ({ summary: 'A plan', tasks, decisions: [], estimate: { minutes: 5 } });

export const delivery = (...files: Array<[path: string, content: string]>) => ({
  status: 'done',
  reason: null,
  summary: `Wrote ${files.map(([path]) => path).join(', ')}`,
  artifacts: files.map(([path, content]) => ({ path, content })),
});

export const judgement = (states: Record<string, 'pass' | 'fail'>, findings: string[] = []) => ({
  criteria: Object.fromEntries(Object.entries(states).map(([id, state]) => [id, { state, evidence: `seen: ${state}` }])),
  findings,
});
