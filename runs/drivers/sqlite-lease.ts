import type { Database } from '../../storage';
import { LeaseLostError, RunNotFoundError } from '../errors';
import type { Lease } from '../run';

/**
 * Refuses a write by anybody but the run's holder. Runs inside the write's own transaction.
 * An expired lease nobody took over still holds: only a higher fence takes the right away.
 *
 * @throws {LeaseLostError}
 * @throws {RunNotFoundError}
 */
export function assertHeld(database: Database, lease: Lease): void {
  const row = database.prepare('SELECT lease_owner AS owner, lease_fence AS fence FROM runs WHERE id = ?').get(lease.runId);
  if (!row) throw new RunNotFoundError(lease.runId);
  if (row.owner !== lease.owner || row.fence !== lease.fence) throw new LeaseLostError(lease.runId);
}
