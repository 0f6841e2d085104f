import { rehearsalScripts } from '../../agents';
import { makeId, silentLogger } from '../../kernel';
import { createRouter, openSqliteLedger, rehearsalDriver } from '../../router';
import { scriptedModel } from '../support/scripted-model';
import { openTestTeam, type TestTeam } from './open-agents';
import { runPipeline } from './run-pipeline';

let team: TestTeam;
afterEach(() => team?.close());

it('takes any goal through three labelled tasks to files with the rehearsal model', async () => {
  team = openTestTeam(scriptedModel([]));
  const { database, clock } = team;
  const router = createRouter({ services: [rehearsalDriver({ scripts: rehearsalScripts })], ledger: openSqliteLedger(database, clock), clock, makeId, log: silentLogger });
  const outcome = await runPipeline(team, { goal: 'Build a weather page\n\nwith two cities' }, team.call(), team.withModel(router));
  expect(outcome.status).toBe('done');
  expect(outcome.files.map((file) => file.path)).toEqual(['README.md', 'data.json', 'notes.md']);
  const { tasks, run } = await team.runs.read(outcome.runId);
  expect(tasks.map(({ task }) => task.dependsOn)).toEqual([[], [], ['t1', 't2']]);
  expect(run.plan!.summary).toContain('Build a weather page with two cities');
  for (const file of outcome.files) expect((await team.files.read(outcome.runId, file.path)).toString()).toContain('[rehearsal]');
  expect(outcome.report).toContain('[rehearsal]');
  expect(await openSqliteLedger(database, clock).totals({})).toMatchObject({ localCalls: 8, savedUsd: 0 });
});

it('delivers something for a goal without a plan, and YAML that is YAML', () => {
  const script = rehearsalScripts.aios_result!;
  expect(script([{ role: 'user', text: 'no files named' }])).toMatchObject({ status: 'done', artifacts: [{ path: 'rehearsal.md' }] });
  expect(script([{ role: 'user', text: 'x\nFiles to deliver: a.yml, b.txt\n' }])).toMatchObject({ artifacts: [{ path: 'a.yml', content: expect.stringContaining('rehearsal: true') }, { path: 'b.txt' }] });
});
