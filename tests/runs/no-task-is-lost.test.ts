import * as fc from 'fast-check';
import { type Lease, MAX_ATTEMPTS, MAX_CRASHES, type RunStore, type TaskClaim } from '../../runs';
import { samplePlan, sampleResult, sampleRun, sampleTask, sampleVerdict } from '../support/sample-runs';
import { sqliteRuns } from '../support/sqlite-runs';

const LEASE_MS = 1_000;

type Action = { kind: 'claim' } | { kind: 'result'; pick: number } | { kind: 'verdict'; pick: number; passed: boolean; needsPerson: boolean } | { kind: 'crash' };
const pick = fc.nat({ max: 5 });
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.constant<Action>({ kind: 'claim' }),
  fc.record({ kind: fc.constant('result' as const), pick }),
  fc.record({ kind: fc.constant('verdict' as const), pick, passed: fc.boolean(), needsPerson: fc.constantFrom(false, false, false, true) }),
  fc.constant<Action>({ kind: 'crash' }),
);

/** A plan without cycles: a task depends only on earlier ones. */
const plan = fc
  .array(fc.record({ dependsOn: fc.array(fc.nat({ max: 5 }), { maxLength: 2 }), optional: fc.boolean() }), { minLength: 1, maxLength: 6 })
  .map((drafts) => drafts.map(({ dependsOn, optional }, index) => sampleTask(`t${index}`, { optional, dependsOn: [...new Set(dependsOn.filter((other) => other < index))].map((other) => `t${other}`) })));

/** An execution after the other works on one run; what it holds in its hands is gone with a crash. */
class Worker {
  private held: TaskClaim[] = [];
  private delivered: TaskClaim[] = [];
  private owner = 0;
  readonly handedOut = new Map<string, number>();

  constructor(private readonly runs: RunStore, private readonly advance: (ms: number) => void, private lease: Lease) {}

  async do(action: Action): Promise<void> {
    if (action.kind === 'claim') await this.claim();
    if (action.kind === 'result') await this.deliver(action.pick);
    if (action.kind === 'verdict') await this.judge(action);
    if (action.kind === 'crash') await this.crash();
  }

  private async claim(): Promise<void> {
    for (const claim of await this.runs.claimReady(this.lease)) {
      const key = `${claim.taskId}#${claim.attempt}@${this.lease.fence}`;
      expect(this.handedOut.has(key)).toBe(false);
      expect(claim.attempt).toBeLessThanOrEqual(MAX_ATTEMPTS);
      this.handedOut.set(key, claim.attempt);
      this.held.push(claim);
    }
  }

  private async deliver(pick: number): Promise<void> {
    const [claim] = this.held.splice(pick % Math.max(1, this.held.length), 1);
    if (!claim) return;
    await this.runs.saveResult(this.lease, sampleResult(claim));
    this.delivered.push(claim);
  }

  private async judge({ pick, passed, needsPerson }: Extract<Action, { kind: 'verdict' }>): Promise<void> {
    const [claim] = this.delivered.splice(pick % Math.max(1, this.delivered.length), 1);
    if (claim) await this.runs.saveVerdict(this.lease, sampleVerdict(claim, passed, needsPerson ? { needsPerson: 'look' } : {}));
  }

  private async crash(): Promise<void> {
    this.held = [];
    this.delivered = [];
    this.advance(LEASE_MS);
    this.lease = await this.runs.acquire(this.lease.runId, `owner ${++this.owner}`, LEASE_MS);
  }

  /** Everything in hand comes to a good end, and all that becomes ready by it. */
  async workOff(): Promise<void> {
    do {
      while (this.held.length > 0) await this.deliver(0);
      while (this.delivered.length > 0) await this.judge({ kind: 'verdict', pick: 0, passed: true, needsPerson: false });
      await this.claim();
    } while (this.held.length > 0);
  }
}

it('whatever happens in whatever order, no task is lost and none is handed out twice', async () => {
  await fc.assert(
    fc.asyncProperty(plan, fc.array(action, { maxLength: 40 }), async (tasks, actions) => {
      const { runs, clock } = sqliteRuns();
      const { run } = await runs.create(sampleRun());
      const lease = await runs.acquire(run.id, 'owner 0', LEASE_MS);
      await runs.savePlan(lease, samplePlan(run.id, tasks));
      const worker = new Worker(runs, clock.advance, lease);

      for (const action of actions) {
        const before = await runs.read(run.id);
        await worker.do(action);
        const after = await runs.read(run.id);
        expect(after.tasks.map(({ task }) => task.id)).toEqual(tasks.map(({ id }) => id));
        for (const [index, { status }] of before.tasks.entries()) {
          if (['passed', 'skipped', 'needsPerson'].includes(status)) expect(after.tasks[index]!.status).toBe(status);
          expect(after.tasks[index]!.crashes).toBeLessThanOrEqual(MAX_CRASHES);
        }
      }

      await worker.workOff();
      const end = await runs.read(run.id);
      const stuck = new Set(end.tasks.filter(({ status }) => status === 'needsPerson').map(({ task }) => task.id));
      for (const { task, status } of end.tasks) {
        if (status === 'waiting') stuck.add(task.id);
        const waitsForPerson = status === 'waiting' && task.dependsOn.some((id) => stuck.has(id));
        expect(['passed', 'skipped', 'needsPerson'].includes(status) || waitsForPerson).toBe(true);
      }
    }),
    { numRuns: 150 },
  );
}, 30_000);
