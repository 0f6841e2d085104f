import { executorOf } from '../../agents';
import { runCheck, runChecks, type Bench } from '../../agents/check';
import { PathRefusedError } from '../../workspace';
import type { Check } from '../../runs';

/** A team that can run nothing. */
const bench: Bench = { executor: executorOf({}), files: {}, signal: new AbortController().signal };
const readFrom = (files: Record<string, string>) => async (path: string) => files[path];
const run = (check: Partial<Check> & Pick<Check, 'kind'>, content: string) => runCheck({ path: 'a', required: true, ...check }, readFrom({ a: content }), bench);

describe('checks', () => {
  it.each([
    ['file', {}, 'x', 'pass'],
    ['file', { contains: 'hello' }, 'say hello', 'pass'],
    ['file', { contains: 'hello' }, 'say bye', 'fail'],
    ['json', {}, '{"a": 1}', 'pass'],
    ['json', {}, '\uFEFF{"a": 1}', 'pass'],
    ['json', {}, '{"a": 1,}', 'fail'],
    ['json', { keys: ['a.b', 'list.0.name', 'd.e'] }, '{"a": {"b": null}, "list": [{"name": 1}], "d.e": 2}', 'pass'],
    ['json', { keys: ['a.c'] }, '{"a": {"b": 1}}', 'fail'],
    ['json', { keys: ['toString'] }, '{}', 'fail'],
    ['json', { keys: ['a'], contains: 'zzz' }, '{"a": 1}', 'fail'],
    ['yaml', { keys: ['services.web'] }, 'services:\n  web: {}\n', 'pass'],
    ['yaml', { keys: ['kind'], contains: 'Service' }, 'a: 1\n---\nkind: Service\n', 'pass'],
    ['yaml', { keys: ['a', 'kind'] }, 'a: 1\n---\nkind: Service\n', 'fail'],
    ['yaml', {}, 'a: [1', 'fail'],
    ['yaml', {}, '', 'fail'],
    ['yaml', {}, `a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [${Array(10).fill('*a')}]\nc: &c [${Array(10).fill('*b')}]\nd: [${Array(10).fill('*c')}]\n`, 'fail'],
    ['js-test', {}, 'x', 'notRun'],
    ['sql', {}, "-- it's a start\nCREATE TABLE a (id INT PRIMARY KEY, t TEXT DEFAULT 'it''s; (');\nINSERT INTO a VALUES (1, \"x\");", 'pass'],
    ['sql', {}, 'CREATE FUNCTION f() RETURNS int AS $body$ BEGIN RETURN 1; END; $body$ LANGUAGE plpgsql', 'pass'],
    ['sql', {}, 'CREATE TABLE a (id INT;', 'fail'],
    ['sql', {}, "INSERT INTO a VALUES ('open);", 'fail'],
    ['sql', {}, 'CREATE TABLE a;', 'fail'],
    ['sql', {}, 'Here is your schema: SELECT 1', 'fail'],
    ['sql', {}, '-- nothing', 'fail'],
    ['dockerfile', {}, '# syntax=docker/dockerfile:1\nARG V=24\nFROM node:${V}-slim AS build\nRUN npm ci \\\n  # why\n  && npm cache clean\nCOPY --chown=node . /app\nRUN <<EOF\necho hi\nEOF\nEXPOSE 80/tcp ${PORT}\nCMD ["node", "a.js"]\n', 'pass'],
    ['dockerfile', {}, 'RUN true\nFROM a', 'fail'],
    ['dockerfile', {}, 'FROM a\nRUNN true', 'fail'],
    ['dockerfile', {}, "FROM a\nCMD ['node', 'a']", 'pass'],
    ['dockerfile', {}, 'FROM a\nCMD ["node", ]', 'fail'],
    ['dockerfile', {}, 'FROM a\nCOPY here', 'fail'],
    ['dockerfile', {}, 'FROM a\nRUN <<EOF\nopen', 'fail'],
    ['kubernetes', {}, 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: "nginx:1"}]}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n', 'pass'],
    ['kubernetes', {}, 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: other}}\n    spec: {containers: [{name: web, image: a}]}\n', 'fail'],
    ['kubernetes', {}, 'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web}]}\n', 'fail'],
    ['kubernetes', {}, 'kind: Pod\nmetadata: {name: web}', 'fail'],
    ['kubernetes', {}, 'apiVersion: example.com/v1beta1\nkind: Widget\nmetadata: {name: w}\n', 'pass'],
  ] as Array<[Check['kind'], Partial<Check>, string, string]>)('%s %j on %j: %s', async (kind, more, content, state) => {
    const outcome = await run({ kind, ...more }, content);
    expect(outcome.state).toBe(state);
    expect(outcome.evidence).toContain('a');
  });

  it('fail on a file that is missing or may not be read, and throw other faults', async () => {
    const check: Check = { kind: 'file', path: 'b', required: true };
    expect((await runCheck(check, readFrom({}), bench)).evidence).toBe('b was not delivered');
    const refusing = async (path: string) => {
      throw new PathRefusedError(path, 'it is absolute');
    };
    expect((await runCheck(check, refusing, bench)).state).toBe('fail');
    await expect(runCheck(check, async () => Promise.reject(new RangeError('disk')), bench)).rejects.toThrow('disk');
  });

  it('are run for the criteria that have one', async () => {
    const outcomes = await runChecks([{ id: 'a1', text: 'x', check: { kind: 'file', path: 'a', required: true } }, { id: 'a2', text: 'y' }], readFrom({ a: '1' }), bench);
    expect([...outcomes.keys()]).toEqual(['a1']);
  });
});
