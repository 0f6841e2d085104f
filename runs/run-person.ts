import { isAsker } from './approvals/approvers';
import { type Run, hasEnded } from './run';
import type { RunRecord } from './run-record';

/** Stands where a person was erased. */
export const NOBODY = '(erased)';

/** What of a run tells whether it can forget somebody. */
export interface NamesOfRun extends Pick<Run, 'status' | 'submittedBy'> {
  plan?: { askedBy?: string };
}

/** Is it a run that is over, and names this person as who submitted or wanted it, proven or not? While it goes on it must know who may not approve what it asks. */
export function mayForget({ status, submittedBy, plan }: NamesOfRun, person: string): boolean {
  return hasEnded(status) && (names(submittedBy, person) || names(plan?.askedBy, person));
}

/** @returns the same record when there is nothing to forget */
export function forgettingPerson(record: RunRecord, person: string): RunRecord {
  const { run } = record;
  if (!mayForget(run, person)) return record;
  const { submittedBy, plan } = run;
  const without = (name: string | undefined): string | undefined => (names(name, person) ? NOBODY : name);
  return { ...record, run: { ...run, submittedBy: without(submittedBy), plan: plan && { ...plan, askedBy: without(plan.askedBy) } } };
}

function names(name: string | undefined, person: string): boolean {
  return name !== undefined && isAsker(name, person);
}
