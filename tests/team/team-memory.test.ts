import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeId, silentLogger } from '../../kernel';
import { openSqliteMemory, openSqliteRecallTallies, openSqliteSessions } from '../../memory';
import type { Router } from '../../router';
import { openSqliteRunStore } from '../../runs';
import { openSqlite } from '../../storage';
import { createTeamMemory } from '../../team/memory';
import { sampleRun } from '../support/sample-runs';
import { said } from '../contracts/session-store-contract';
import { fakeClock } from '../support/fake-clock';
import { answeringModel } from '../support/scripted-model';
import { temporaryFolder } from '../support/temporary-folder';

const { signal } = new AbortController();

function open() {
  const file = join(temporaryFolder(), 'team.sqlite');
  const [database, clock, model] = [openSqlite(file), fakeClock(), answeringModel(() => 'They spoke.')];
  const stores = { memory: openSqliteMemory({ database, clock }), sessions: openSqliteSessions({ database, clock }), runs: openSqliteRunStore({ database, clock, makeId }), recallTallies: openSqliteRecallTallies({ database, clock }), clock };
  const timesInFiles = (name: string) => [file, `${file}-wal`].filter(existsSync).reduce((sum, path) => sum + readFileSync(path).toString().split(name).length - 1, 0);
  return { team: createTeamMemory({ stores, router: model as unknown as Router, embedder: async () => await Promise.resolve(undefined), log: silentLogger }), stores, model, timesInFiles };
}

it('erases a user however the name is spelled, and from the files as well', async () => {
  const { team, stores, timesInFiles } = open();
  const names = { composed: 'Ren\u00e9e-Quux', apart: 'Rene\u0301e-Quux ' };
  await team.remember([{ text: 'likes bees', kind: 'fact', scope: { level: 'user', of: names.apart } }, { text: 'likes tea', kind: 'fact', scope: { level: 'team' }, provenance: { user: names.composed } }], signal);
  await team.conversation({ sessionId: 'one', maxTurns: 3, maxTokens: 500, keptMs: 60_000, summary: 'extract', privacy: 'internal', user: names.apart }, signal).add([said('user', 'Hello')]);
  for (const submittedBy of [names.apart.trim(), names.composed]) {
    const { run } = await stores.runs.create(sampleRun({ submittedBy }));
    await stores.runs.finish(await stores.runs.acquire(run.id, 'ada', 1_000), { status: 'done' });
  }
  expect(timesInFiles('-Quux')).toBeGreaterThan(0);
  expect(await team.erasure.count(names.composed)).toEqual({ memories: 2, sessions: 1, runs: 2 });
  expect(await team.erasure.erase(` ${names.composed}`, 5)).toEqual({ memories: 2, sessions: 1, runs: 2 });
  expect(await team.erasure.count(names.apart)).toEqual({ memories: 0, sessions: 0, runs: 0 });
  expect(timesInFiles('-Quux')).toBe(0);
});

it('lets no model elsewhere summarise a conversation with a secret in it, also where only half of it is shown', async () => {
  const { team, model } = open();
  const conversation = team.conversation({ sessionId: 'one', maxTurns: 1, maxTokens: 100_000, keptMs: 60_000, summary: 'model', privacy: 'internal' }, signal);
  const key = `-----BEGIN RSA PRIVATE KEY-----\n${'MIIEowIBAAKCAQEA7bq0Zx9'.repeat(30)}\n${'x'.repeat(24_000)}`;
  await conversation.add([said('user', key), said('assistant', 'Thanks.')]);
  await conversation.add([said('user', 'Bye.')]);
  await conversation.load();
  expect(model.requests.map(({ facts }) => facts.privacy)).toEqual(['secret']);
});
