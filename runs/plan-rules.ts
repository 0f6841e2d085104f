import { z } from 'zod';
import type { Privacy } from '../privacy';
import { strictestPrivacy } from '../privacy';
import { refusalOf, safePath } from '../workspace';
import { type Criterion, type PlanTask, checkSchema, planTaskSchema } from './contracts';
import { InvalidPlanError } from './errors';
import { type DraftCriterion, type DraftTask, readDraft } from './plan-draft';
import { inOrderByFile } from './shared-files';
import { findCycle } from './task-graph';

export interface PlanRules {
  knownRoles: readonly string[];
  maxTasks: number;
  /** No task may be less protected than its run. */
  runPrivacy: Privacy;
}

export interface CheckedPlan {
  tasks: PlanTask[];
  /** What was put right without asking, one sentence each, for the event log and for the model's next try. */
  repairs: string[];
}

const TASK_ID = /^[a-z0-9][a-z0-9_-]{0,39}$/i;
/** QA's answer has a property for each criterion, and vendors take only such names for properties. */
const CRITERION_ID = /^[a-z0-9][a-z0-9_.-]{0,59}$/i;
const MAX_TITLE_CHARACTERS = 200;
const MAX_CRITERIA = 20;

const FIX_PLAN_HINT = 'Ask for the plan again with this message, use a stronger model for CTO Agent, or state the goal more simply.';

/**
 * Turns what a model planned into tasks the board can trust. Small slips are repaired and told; what would change the plan's meaning is refused.
 *
 * @param draft of any shape; should be `{tasks: [...]}`
 * @throws {InvalidPlanError} no task, too many, an unknown role, a cycle, a task nobody could understand
 */
export function checkPlan(draft: unknown, rules: PlanRules): CheckedPlan {
  const drafts = readDraft(draft);
  if (!drafts || drafts.length === 0) throw invalid('The plan has no tasks');
  if (drafts.length > rules.maxTasks) throw invalid(`The plan has ${drafts.length} tasks; at most ${rules.maxTasks} are allowed`);

  const repairs: string[] = [];
  const ids = uniqueIds(drafts, repairs);
  const roles = rolesOf(drafts, ids, { rules, repairs });
  const tasks = drafts.map((task, index) => {
    const id = ids[index]!;
    return validated({
      id,
      ...textOf(task, id, repairs),
      role: roles[index]!,
      dependsOn: dependenciesOf(task, id, { drafts, ids, repairs }),
      ...deliveryOf(task, id, repairs),
      privacy: strictestPrivacy(rules.runPrivacy, task.privacy),
      optional: task.optional ?? false,
    });
  });

  const cycle = findCycle(tasks);
  if (cycle) throw invalid(`The tasks depend on each other in a circle: ${cycle.join(' → ')}`);
  return { tasks: inOrderByFile(tasks, repairs), repairs };
}

function invalid(sentence: string): InvalidPlanError {
  return new InvalidPlanError(`${sentence}.`, { hint: FIX_PLAN_HINT });
}

/** Ids name files, journal steps and URLs: plain, short and different even where upper and lower case are one. */
function uniqueIds(drafts: readonly DraftTask[], repairs: string[]): string[] {
  const wanted = drafts.map(({ id = '' }) => (TASK_ID.test(id) ? id : slug(id)));
  const taken = new Set<string>();
  return wanted.map((id, index) => {
    const candidates = [id, `t${index + 1}`].filter((candidate) => candidate !== '');
    const unique = candidates.find((candidate) => !taken.has(candidate.toLowerCase()) && !isWantedLater(candidate, wanted, index)) ?? firstFree(`t${index + 1}`, [...taken, ...wanted.map((other) => other.toLowerCase())]);
    taken.add(unique.toLowerCase());
    const given = drafts[index]!.id;
    if (unique !== given) repairs.push(given ? `Task ${JSON.stringify(given.slice(0, 60))} (number ${index + 1}) is now called "${unique}".` : `Task number ${index + 1} had no id and is now called "${unique}".`);
    return unique;
  });
}

/** A made-up name must not take the id that a later task brings. The task's own id is its own, whoever wants it later. */
function isWantedLater(candidate: string, wanted: readonly string[], index: number): boolean {
  return candidate !== wanted[index] && wanted.some((other, position) => position > index && other.toLowerCase() === candidate.toLowerCase());
}

function firstFree(base: string, taken: readonly string[]): string {
  for (let number = 2; ; number++) {
    const candidate = `${base}-${number}`;
    if (!taken.includes(candidate.toLowerCase())) return candidate;
  }
}

function slug(text: string): string {
  return text.normalize('NFKD').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+/, '').slice(0, 40).replace(/-+$/, '');
}

function rolesOf(drafts: readonly DraftTask[], ids: readonly string[], { rules, repairs }: { rules: PlanRules; repairs: string[] }): string[] {
  const roles = drafts.map(({ role = '' }) => rules.knownRoles.find((known) => known === role) ?? rules.knownRoles.find((known) => slug(known) === slug(role)));
  const unknown = drafts.flatMap(({ role = '' }, index) => (roles[index] === undefined ? [`${JSON.stringify(role.slice(0, 60))} of task "${ids[index]}"`] : []));
  if (unknown.length > 0) throw invalid(`The team has no role ${unknown.join(', ')}; its roles are ${rules.knownRoles.join(', ')}`);
  roles.forEach((role, index) => {
    if (role !== drafts[index]!.role) repairs.push(`The role of task "${ids[index]}" is written "${role}".`);
  });
  return roles as string[];
}

function textOf(task: DraftTask, id: string, repairs: string[]): Pick<PlanTask, 'title' | 'instructions'> {
  const instructions = task.instructions ?? task.title;
  const fullTitle = task.title ?? task.instructions?.split('\n', 1)[0];
  if (!instructions || !fullTitle) throw invalid(`Task "${id}" has neither title nor instructions`);
  if (!task.title || !task.instructions) repairs.push(`Task "${id}" had no ${task.title ? 'instructions' : 'title'}; its ${task.title ? 'title' : 'instructions'} serve for both.`);
  const title = fullTitle.slice(0, MAX_TITLE_CHARACTERS);
  if (task.title && title !== task.title) repairs.push(`The title of task "${id}" was cut to ${MAX_TITLE_CHARACTERS} characters.`);
  return { title, instructions };
}

function dependenciesOf(task: DraftTask, id: string, { drafts, ids, repairs }: { drafts: readonly DraftTask[]; ids: readonly string[]; repairs: string[] }): string[] {
  const found = new Set<string>();
  for (const reference of task.dependsOn ?? []) {
    const dependency = resolveReference(reference, drafts, ids);
    if (dependency === undefined) repairs.push(`Task "${id}" depended on ${JSON.stringify(reference.slice(0, 60))}, which is not in the plan; the dependency was dropped.`);
    else if (dependency === id) repairs.push(`Task "${id}" depended on itself; the dependency was dropped.`);
    else found.add(dependency);
  }
  return [...found];
}

/** As it was written, then as it is called now, then by title: models mix these up. */
function resolveReference(reference: string, drafts: readonly DraftTask[], ids: readonly string[]): string | undefined {
  const matches = [(index: number) => drafts[index]!.id === reference, (index: number) => ids[index]!.toLowerCase() === slug(reference), (index: number) => drafts[index]!.title === reference];
  for (const isMatch of matches) {
    const index = drafts.findIndex((_, position) => isMatch(position));
    if (index >= 0) return ids[index];
  }
  return undefined;
}

function deliveryOf(task: DraftTask, id: string, repairs: string[]): Pick<PlanTask, 'deliverables' | 'acceptance'> {
  const deliverables = new Set<string>();
  for (const path of task.deliverables ?? []) {
    const why = refusalOf(path);
    if (why) repairs.push(`Task "${id}" names the file ${JSON.stringify(path.slice(0, 80))}, but ${why}; it was dropped.`);
    else deliverables.add(safePath(path));
  }
  return { deliverables: [...deliverables], acceptance: acceptanceOf(task, id, { deliverables: [...deliverables], repairs }) };
}

function acceptanceOf(task: DraftTask, id: string, { deliverables, repairs }: { deliverables: readonly string[]; repairs: string[] }): Criterion[] {
  const given = (task.acceptance ?? []).filter(({ text }) => text);
  if (given.length === 0) {
    repairs.push(`Task "${id}" had no acceptance criteria; it is judged by ${deliverables.length > 0 ? 'its files' : 'its instructions'}.`);
    return defaultAcceptance(deliverables);
  }
  const taken = new Set<string>();
  return given.map((criterion, index) => {
    const wanted = CRITERION_ID.test(criterion.id ?? '') ? criterion.id! : `a${index + 1}`;
    const unique = [wanted, `a${index + 1}`].find((name) => !taken.has(name)) ?? firstFree(`a${index + 1}`, [...taken].map((name) => name.toLowerCase()));
    taken.add(unique);
    const check = checkOf(criterion, `${id}/${unique}`, repairs);
    return { id: unique, text: criterion.text!, ...(check && { check }) };
  });
}

function defaultAcceptance(deliverables: readonly string[]): Criterion[] {
  if (deliverables.length === 0) return [{ id: 'a1', text: 'Everything the instructions ask for is delivered.' }];
  return deliverables.slice(0, MAX_CRITERIA).map((path, index) => ({ id: `a${index + 1}`, text: `The file ${path} is delivered and does what the instructions ask for.`, check: { kind: 'file', path, required: true } }));
}

/** A check a machine cannot understand is dropped; its sentence stays and QA judges by it. */
function checkOf(criterion: DraftCriterion, name: string, repairs: string[]): Criterion['check'] {
  if (criterion.check === undefined || criterion.check === null) return undefined;
  const parsed = checkSchema.safeParse(criterion.check);
  const why = parsed.success ? refusalOf(parsed.data.path) : 'it has no known kind and path';
  if (parsed.success && why === undefined) return { ...parsed.data, path: safePath(parsed.data.path) };
  repairs.push(`The check of criterion "${name}" was dropped: ${why}.`);
  return undefined;
}

function validated(task: PlanTask): PlanTask {
  const parsed = planTaskSchema.safeParse(task);
  if (!parsed.success) throw invalid(`Task "${task.id}" is not usable: ${z.prettifyError(parsed.error).replaceAll('\n', ' ')}`);
  return parsed.data;
}
