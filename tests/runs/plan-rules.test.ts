import * as fc from 'fast-check';
import { checkPlan, InvalidPlanError, MAX_TASKS, planTaskSchema } from '../../runs';

const RULES = { knownRoles: ['backend', 'frontend', 'file-ops'], maxTasks: MAX_TASKS, runPrivacy: 'internal' } as const;
let files = 0;
const task = (id: unknown, more: object = {}) => ({ id, title: `T ${String(id)}`, role: 'backend', instructions: 'Do it', dependsOn: [], acceptance: [{ id: 'a1', text: 'works' }], deliverables: [`file-${(files += 1)}.txt`], privacy: 'internal', optional: false, ...more });
const check = (...tasks: unknown[]) => checkPlan({ tasks }, RULES);

it('leaves a good plan as it is', () => {
  const tasks = [task('t1'), task('build_ui', { dependsOn: ['t1'], optional: true })];
  expect(check(...tasks)).toEqual({ tasks, repairs: [] });
});

it('makes ids unique and safe, and dependencies follow', () => {
  const { tasks, repairs } = check(task('Set up!'), task('t1'), task('T1'), task('../x', { dependsOn: ['Set up!', 't1'] }), task(undefined, { dependsOn: ['../x'] }), task(''));
  expect(tasks.map(({ id }) => id)).toEqual(['set-up', 't1', 't3', 'x', 't5', 't6']);
  expect(tasks[3]!.dependsOn).toEqual(['set-up', 't1']);
  expect(tasks[4]!.dependsOn).toEqual(['x']);
  expect(repairs).toHaveLength(5);
});

it('never gives a repaired task the id of a later one', () => {
  const { tasks } = check(task('a'), task('a'), task('t2'), task('a', { dependsOn: ['t2'] }));
  expect(tasks.map(({ id }) => id)).toEqual(['a', 't2-2', 't2', 't4']);
  expect(tasks[3]!.dependsOn).toEqual(['t2']);
});

it('drops dependencies on itself and on nothing, and says so; a title serves as a reference', () => {
  const { tasks, repairs } = check(task('t1', { dependsOn: ['t1', 'ghost'] }), task('t2', { dependsOn: ['T t1', 't1'] }));
  expect(tasks.map(({ dependsOn }) => dependsOn)).toEqual([[], ['t1']]);
  expect(repairs).toEqual([expect.stringContaining('itself'), expect.stringContaining('"ghost"')]);
});

it('lets tasks that deliver one file wait for each other, and says so', () => {
  const site = { deliverables: ['site/index.html'] };
  const { tasks, repairs } = check(task('t1', site), task('t2', { deliverables: ['./site/Index.html', 'b.css'] }), task('t3', { ...site, dependsOn: ['t2'] }), task('t4'));
  expect(tasks.map(({ dependsOn }) => dependsOn)).toEqual([[], ['t1'], ['t2'], []]);
  expect(repairs).toEqual([expect.stringContaining('"t2" now waits for "t1"')]);
  const backwards = check(task('t1', { ...site, dependsOn: ['t2'] }), task('t2', site));
  expect(backwards).toMatchObject({ tasks: [{ dependsOn: ['t2'] }, { dependsOn: [] }], repairs: [] });
});

it('gives criteria ids that can be the name of a property everywhere', () => {
  const criteria = ['It works!', '__proto__', 'a.1', 'x'.repeat(61)].map((id) => ({ id, text: 'works' }));
  expect(check(task('t1', { acceptance: criteria })).tasks[0]!.acceptance.map(({ id }) => id)).toEqual(['a1', 'a2', 'a.1', 'a4']);
});

it('refuses a cycle and names it', () => {
  expect(() => check(task('a', { dependsOn: ['c'] }), task('b', { dependsOn: ['a'] }), task('c', { dependsOn: ['b'] }), task('d'))).toThrow('a → c → b → a');
});

it.each([
  ['no tasks', { tasks: [] }, 'has no tasks'],
  ['no plan', 'sorry', 'has no tasks'],
  ['31 tasks', { tasks: Array.from({ length: 31 }, (_, i) => task(`t${i}`)) }, '31 tasks; at most 30'],
  ['an unknown role', { tasks: [task('t1', { role: 'wizard' }), task('t2', { role: undefined })] }, 'no role "wizard" of task "t1", "" of task "t2"; its roles are backend, frontend, file-ops'],
  ['a task without words', { tasks: [{ id: 't1', role: 'backend' }] }, 'neither title nor instructions'],
  ['a task that is none', { tasks: ['build'] }, 'no role'],
  ['endless instructions', { tasks: [task('t1', { instructions: 'x'.repeat(9_000) })] }, 'not usable'],
])('refuses %s', (_name, draft, message) => {
  expect(() => checkPlan(draft, RULES)).toThrow(InvalidPlanError);
  expect(() => checkPlan(draft, RULES)).toThrow(message);
});

it('only ever raises the privacy', () => {
  const { tasks } = checkPlan({ tasks: [task('t1', { privacy: 'public' }), task('t2', { privacy: 'secret' }), task('t3', { privacy: 'nonsense' })] }, RULES);
  expect(tasks.map(({ privacy }) => privacy)).toEqual(['internal', 'secret', 'internal']);
  expect(checkPlan({ tasks: [task('t1')] }, { ...RULES, runPrivacy: 'secret' }).tasks[0]!.privacy).toBe('secret');
});

it('fills in what a small model left out', () => {
  const { tasks, repairs } = check({ role: 'File Ops', title: 'Write it', deliverables: ['./out//a.txt', '../evil', 'out/a.txt'] }, { role: 'backend', instructions: 'Line one\nline two', acceptance: ['it runs', 'it stops', null, { id: 'a1', text: 'third' }], dependsOn: 1 });
  expect(tasks[0]).toEqual({
    id: 't1', title: 'Write it', role: 'file-ops', instructions: 'Write it', dependsOn: [], deliverables: ['out/a.txt'], privacy: 'internal', optional: false,
    acceptance: [{ id: 'a1', text: expect.stringContaining('out/a.txt'), check: { kind: 'file', path: 'out/a.txt', required: true } }],
  });
  expect(tasks[1]).toMatchObject({ id: 't2', title: 'Line one', acceptance: [{ id: 'a1', text: 'it runs' }, { id: 'a2', text: 'it stops' }, { id: 'a3', text: 'third' }] });
  expect(repairs.join('\n')).toMatch(/had no id[^]*"file-ops"[^]*no acceptance criteria/);
  expect(check({ role: 'backend', title: 'Think' }).tasks[0]!.acceptance).toEqual([{ id: 'a1', text: expect.any(String) }]);
});

it('drops a check no machine can run and keeps its sentence', () => {
  const acceptance = [{ id: 'a', text: 'one', check: { kind: 'magic', path: 'x' } }, { id: 'b', text: 'two', check: { kind: 'json', path: '/etc/passwd' } }, { id: 'c', text: 'three', check: { kind: 'json', path: './x.json' } }, { id: 'd', text: 'four', check: null }];
  const { tasks, repairs } = check(task('t1', { acceptance }));
  expect(tasks[0]!.acceptance).toEqual([{ id: 'a', text: 'one' }, { id: 'b', text: 'two' }, { id: 'c', text: 'three', check: { kind: 'json', path: 'x.json', required: true } }, { id: 'd', text: 'four' }]);
  expect(repairs).toHaveLength(2);
});

it('cuts a long title', () => {
  expect(check(task('t1', { title: 'x'.repeat(300) }))).toMatchObject({ tasks: [{ title: 'x'.repeat(200) }], repairs: [expect.stringContaining('cut')] });
});

it('whatever comes in: a valid plan with unique ids and known dependencies, or InvalidPlanError', () => {
  const looseTask = fc.record({ id: fc.oneof(fc.string(), fc.constantFrom('t1', 't2', 'T2', 'a b'), fc.integer()), title: fc.string(), role: fc.constantFrom('backend', 'Frontend', 'nobody'), instructions: fc.string(), dependsOn: fc.array(fc.constantFrom('t1', 't2', 'a b', 'a-b')), deliverables: fc.array(fc.string()), acceptance: fc.anything() }, { requiredKeys: [] });
  fc.assert(
    fc.property(fc.array(fc.oneof({ arbitrary: looseTask, weight: 5 }, { arbitrary: fc.anything(), weight: 1 }), { maxLength: 6 }), (tasks) => {
      try {
        const checked = checkPlan({ tasks }, RULES);
        const ids = checked.tasks.map(({ id }) => id);
        expect(new Set(ids.map((id) => id.toLowerCase())).size).toBe(tasks.length);
        for (const { id, dependsOn } of checked.tasks) expect(dependsOn.every((other) => ids.includes(other) && other !== id)).toBe(true);
        for (const one of checked.tasks) planTaskSchema.parse(one);
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidPlanError);
      }
    }),
    { numRuns: 300 },
  );
});
