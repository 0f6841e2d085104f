import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInsights, localSizes } from '../../insights';
import { makeId, silentLogger } from '../../kernel';
import { openSqliteCalibrationStore, openSqliteLedger, openSqliteOutcomeLog } from '../../router';
import { createSteering, openSqliteControls, openSqliteEventLog, openSqliteRunStore, openSqliteRunTallies } from '../../runs';
import { openSqlite, StorageFullError } from '../../storage';
import { openLocalRunFiles } from '../../workspace';
import { memoryRequestLimiter } from '../../team/drivers/request-limiter';
import { createHttpApi } from '../../team/http-api';
import type { HttpRequest } from '../../team';
import { createApprovalVisits } from '../../team/approval-visits';
import { createApprovalsApi } from '../../team/approvals-api';
import { approvalsOver } from '../support/approvals';
import { fakeClock } from '../support/fake-clock';

export const TOKEN = 'a-token-of-this-team';

/** The HTTP interface over a SQLite file of its own. `ask` posts a goal unless told otherwise. */
export function openApi({ apiToken = TOKEN as string | undefined, perMinute = 1_000, brokenEvents = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'aios-http-'));
  const clock = fakeClock();
  const database = openSqlite(join(folder, 'team.sqlite'));
  const runs = openSqliteRunStore({ database, clock, makeId });
  const events = openSqliteEventLog({ database, clock });
  const files = openLocalRunFiles(join(folder, 'runs'));
  const ledger = openSqliteLedger(database, clock);
  const sizes = localSizes({ databaseFile: join(folder, 'team.sqlite'), runFilesFolder: join(folder, 'runs') });
  const insights = createInsights({ team: 'default', ledger, calibrations: openSqliteCalibrationStore(database, clock), outcomes: openSqliteOutcomeLog(database, clock), tallies: openSqliteRunTallies({ database, clock }), sizes, clock });
  const { approvals, decisions, approvers, desk } = approvalsOver({ database, clock, runs, events, files });
  const controls = openSqliteControls({ database, clock });
  const steering = createSteering({ runs, controls, approvals, desk, events, log: silentLogger });
  const approvalDeps = { apiToken, approvals, decisions, approvers, runs, steering, events, limiter: memoryRequestLimiter(perMinute), decisionLimiter: memoryRequestLimiter(perMinute), log: silentLogger };
  const approvalsApi = createApprovalsApi(approvalDeps);
  const approvalVisits = createApprovalVisits(approvalDeps);
  const append = brokenEvents ? async () => { throw new StorageFullError(); } : events.append;
  const api = createHttpApi({ apiToken, runs, steering, events: { ...events, append }, files, ledger, insights, approvals, approvers, approvalsApi, approvalVisits, limiter: memoryRequestLimiter(perMinute), nowMs: clock.nowMs, log: silentLogger });
  const ask = async (request: Partial<Omit<HttpRequest, 'body'>> & { body?: unknown }) => {
    const { body, ...rest } = request;
    const bytes = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await api.answer({
      route: 'createTask', authorization: `Bearer ${TOKEN}`, idempotencyKey: undefined, contentType: 'application/json', query: {},
      baseUrl: 'http://127.0.0.1:5678/webhook/aios', limits: { maxBudgetUsd: null, minPrivacy: 'internal' }, workflowId: 'w1', remoteAddress: '127.0.0.1', ...rest, body: Buffer.from(bytes),
    });
    return { ...answer, json: () => JSON.parse(String(answer.body)) };
  };
  return { ask, runs, controls, files, events, ledger, approvals, approvers, clock };
}
