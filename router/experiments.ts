import { sha256 } from '../kernel';
import type { CatalogEntry } from './catalog';
import { isNamed } from './model-names';
import type { Experiment, ExperimentArm } from './models-file/experiments-schema';
import type { RequestFacts } from './request';

/** The side of a comparison a request is on. */
export interface Arm {
  experiment: { name: string; arm: string };
  /** Asked first. */
  model: string;
}

/**
 * The arm this request belongs to, or `undefined` where it takes part in no experiment: the first one in the file that means it counts. It takes part only
 * where the model of every arm may answer, so that no arm gets another kind of requests, and where nobody else chose the model.
 *
 * @param allowed models that may answer this request
 */
export function armFor(facts: RequestFacts, experiments: readonly Experiment[], allowed: readonly CatalogEntry[]): Arm | undefined {
  const key = stickyKey(facts);
  if (key === undefined || facts.model !== undefined || facts.escalateFrom !== undefined) return undefined;
  const experiment = experiments.find((candidate) => isMeant(candidate, facts));
  if (!experiment?.arms.every((arm) => allowed.some(({ model }) => isNamed(model, arm.model)))) return undefined;
  const arm = armAt(experiment.arms, placeOf(`${experiment.name}\n${key}`));
  return { experiment: { name: experiment.name, arm: arm.name }, model: arm.model };
}

/** What stays on one arm: a task, else its run, else an execution of a workflow. Never the prompt alone: equal prompts are not one task. */
function stickyKey({ runId, taskId, workflow }: RequestFacts): string | undefined {
  if (runId !== undefined) return `run ${runId} ${taskId ?? ''}`;
  return workflow?.executionId === undefined ? undefined : `workflow ${workflow.id} ${workflow.executionId}`;
}

function isMeant({ for: whose }: Experiment, { role, workflow }: RequestFacts): boolean {
  if (whose === 'all') return true;
  const same = (one: string | undefined, other: string) => one !== undefined && one.trim().toLowerCase() === other.toLowerCase();
  return 'role' in whose ? same(role, whose.role) : workflow?.id === whose.workflow || same(workflow?.name, whose.workflow);
}

const PLACE_DIGITS = 12;

/** @returns 0..1, evenly spread, always the same for the same text */
function placeOf(text: string): number {
  return Number.parseInt(sha256(text).slice(0, PLACE_DIGITS), 16) / 16 ** PLACE_DIGITS;
}

function armAt(arms: readonly ExperimentArm[], place: number): ExperimentArm {
  let left = place * arms.reduce((sum, { share }) => sum + share, 0);
  return arms.find(({ share }) => (left -= share) < 0) ?? arms.at(-1)!;
}
