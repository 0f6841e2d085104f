import { isAsker } from './approvals/approvers';
import { NOBODY } from './events';
import { type Run, hasEnded } from './run';
import type { RunRecord } from './run-record';

/** Is it a run that is over, and names this person as who submitted or wanted it, proven or not? While it goes on it must know who may not approve what it asks. */
export function mayForget({ status, submittedBy, plan }: Pick<Run, 'status' | 'submittedBy'> & { plan?: { askedBy?: string } }, person: string): boolean {
  return hasEnded(status) && [submittedBy, plan?.askedBy].some((name) => name !== undefined && isAsker(name, person));
}

/** @returns the same record when there is nothing to forget */
export function forgettingPerson(record: RunRecord, person: string): RunRecord {
  const { run } = record;
  if (!mayForget(run, person)) return record;
  const { submittedBy, plan } = run;
  const isMeant = (name: string | undefined): boolean => name !== undefined && isAsker(name, person);
  return { ...record, run: { ...run, submittedBy: isMeant(submittedBy) ? NOBODY : submittedBy, plan: plan && isMeant(plan.askedBy) ? { ...plan, askedBy: NOBODY } : plan } };
}
