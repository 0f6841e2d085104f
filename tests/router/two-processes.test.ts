import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemClock } from '../../kernel';
import { openSqliteLedger } from '../../router';
import { openSqlite } from '../../storage';
import { temporaryFolder } from '../support/temporary-folder';

const WORKER = join(__dirname, '../support/spending-worker.ts');
// For about eighty of the hundred answers: whoever came first is served first, and the other process must have its turn, too.
const BUDGET_USD = 0.8;

it('two processes keep one limit and one budget: never more than three calls at once, never more than it allows', async () => {
  const file = join(temporaryFolder(), 'team.sqlite');
  const database = openSqlite(file);
  const ledger = openSqliteLedger(database, systemClock);
  const modelsFile = `{budgets: [{for: team, per: month, usd: ${BUDGET_USD}}], limits: {anthropic: {concurrency: 3}}}`;
  const work = () => promisify(execFile)(process.execPath, ['--import', 'tsx', WORKER, file, modelsFile]);

  const outputs = await Promise.all([work(), work()]);

  const answers = outputs.map(({ stdout }) => stdout.trim().split('\n'));
  for (const lines of answers) expect(lines.filter((line) => line.startsWith('+')).length).toBeGreaterThan(0);
  expect(mostAtOnce(answers.flat())).toBeLessThanOrEqual(3);
  const { costUsd } = await ledger.totals({});
  expect(costUsd).toBeLessThanOrEqual(BUDGET_USD);
  // One more answer of about a cent would not have fitted.
  expect(costUsd).toBeGreaterThan(BUDGET_USD - 0.02);
  database.close();
}, 60_000);

function mostAtOnce(lines: readonly string[]): number {
  const moments = lines.map((line) => line.split(' ')).map(([sign, at]) => ({ change: sign === '+' ? 1 : -1, at: Number(at) }));
  let now = 0;
  return Math.max(...moments.sort((one, other) => one.at - other.at || one.change - other.change).map(({ change }) => (now += change)));
}
