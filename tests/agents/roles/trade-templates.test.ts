import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseAllDocuments } from 'yaml';
import { transformSync } from 'esbuild';
import { sandboxExecutor } from '../../../agents';
import { runCheck } from '../../../agents/check';
import { templatesFor, templatesInWords, tradeTemplates, type TradeTemplate } from '../../../agents/roles';
import { checkSchema } from '../../../runs';
import { openSandbox } from '../../../skills';
import { builtInRoles } from '../../support/built-in-roles';
import { itUnless, missingService, python } from '../../support/services';
import { temporaryFolder } from '../../support/temporary-folder';

const all = tradeTemplates();
const roleOf = (name: string) => builtInRoles.roles.find(({ role }) => role.name === name)!.role;
const chosen = (role: string, instructions: string, deliverables: string[] = []) => templatesFor(roleOf(role), { title: 'A task', instructions, deliverables }, all).map(({ name }) => name);

/** The code of a template, by language. */
function codeIn({ text }: TradeTemplate): Array<{ language: string; code: string }> {
  return [...text.matchAll(/```(\w+)\n([^]*?)```/g)].map(([, language, code]) => ({ language: language!, code: code! }));
}
const withCode = (...languages: string[]) => all.flatMap((template) => codeIn(template).filter(({ language }) => languages.includes(language)).map(({ code }) => [template.name, code] as const));

describe('templates of the trade', () => {
  it('are all given to some role, and every role names only templates there are', () => {
    const named = new Set(builtInRoles.roles.flatMap(({ role }) => role.templates));
    expect([...named].sort()).toEqual(all.map(({ name }) => name).sort());
  });

  it.each([
    ['backend', 'Write a REST API with FastAPI and tests in pytest.', ['fastapi', 'pytest']],
    ['backend', 'Write an Express service.', ['express']],
    ['backend', 'Write a REST API in Python with tests in unittest.', ['python-api', 'python-unittest']],
    ['code', 'Write a REST API in Node for to-dos.', ['node-api']],
    ['backend', 'Design the tables for orders in SQLite.', ['sql-schema']],
    ['frontend', 'Write a Vue component for the search.', ['vue-component']],
    ['frontend', 'Write a React component; test it with Playwright.', ['react-component', 'playwright-plan']],
    ['devops', 'Write a Dockerfile and the Kubernetes manifests, and terraform too.', ['dockerfile', 'kubernetes']],
    ['code', 'Write the tests with Jest.', ['jest']],
    ['code', 'Sort a list of numbers.', []],
    ['backend', 'Write an expressive, reactive thing in nosqlite.', []],
    ['research', 'Write a Dockerfile.', []],
    ['cto', 'Plan a FastAPI service.', []],
  ])('%s is given for "%s": %j', (role, instructions, expected) => expect(chosen(role, instructions)).toEqual(expected));

  it('are found by the files a task delivers', () => expect(chosen('devops', 'As discussed.', ['compose.yaml'])).toEqual(['compose']));

  it('take at most 2,800 characters of a prompt', () => {
    const texts = builtInRoles.roles.map(({ role }) => templatesFor(role, { title: '', instructions: all.flatMap(({ words }) => words).join(', '), deliverables: [] }, all));
    expect(Math.max(...texts.map((templates) => templates.reduce((sum, { text }) => sum + text.length, 0)))).toBeLessThanOrEqual(2_800);
    expect(all.filter(({ text }) => text.length > 1_500).map(({ name }) => name)).toEqual([]);
    expect(templatesInWords([])).toBe('');
  });
});

describe('what a template holds works', () => {
  it.each(withCode('js', 'jsx'))('%s is JavaScript', (_, code) => expect(() => transformSync(code, { loader: 'jsx' })).not.toThrow());

  it.each(withCode('yaml'))('%s is YAML', (_, code) => expect(parseAllDocuments(code).flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]));

  it.each(withCode('sql'))('%s makes tables that keep their rules', (_, code) => {
    const database = new DatabaseSync(':memory:');
    database.exec(code);
    database.exec("INSERT INTO customer (email) VALUES ('ada@example.com'); INSERT INTO purchase (customer_id, amount_cents) VALUES (1, 500)");
    expect(() => database.exec('INSERT INTO purchase (customer_id, amount_cents) VALUES (1, -1)')).toThrow(/CHECK/);
    expect(() => database.exec('INSERT INTO purchase (customer_id, amount_cents) VALUES (7, 1)')).toThrow(/FOREIGN KEY/);
    database.close();
  });
});

describe('an API without packages, as the template has it', () => {
  const executor = sandboxExecutor(openSandbox({ maxRunning: 1 }));
  const checked = async (name: string, kind: string, path: string, spoil: (code: string) => string) => {
    const { text } = all.find((template) => template.name === name)!;
    const files = Object.fromEntries([...text.matchAll(/^`([\w.]+)`.*\n\n```\w+\n([^]*?)```/gm)].map(([, file, code]) => [file!, spoil(code!)]));
    return await runCheck(checkSchema.parse({ kind, path }), async (file) => files[file]!, { executor, files, signal: new AbortController().signal });
  };

  it.each([
    ['python-api', 'python-unittest', 'test_app.py', 'return 201,', 'return 200,'],
    ['node-api', 'js-test', 'app.test.mjs', 'status: 201, body: note', 'status: 200, body: note'],
  ])('%s passes its own tests in the sandbox, and fails them with a fault', async (name, kind, path, right, wrong) => {
    expect(await checked(name, kind, path, (code) => code)).toEqual({ state: 'pass', evidence: `${path}: 1 test passed` });
    expect(await checked(name, kind, path, (code) => code.replace(right, wrong))).toMatchObject({ state: 'fail', evidence: expect.stringContaining('1 of 1 test failed') });
  }, 60_000);
});

const withoutPython = missingService(python);

itUnless(withoutPython, 'what a template holds of Python can be compiled', () => {
  const folder = temporaryFolder();
  for (const [name, code] of withCode('python')) {
    const file = join(folder, `${name}.py`);
    writeFileSync(file, code);
    execFileSync(python.found!, ['-m', 'py_compile', file]);
  }
});

itUnless(withoutPython, 'the template of a Python unittest passes on a right function and fails on a wrong one', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'test_total.py'), codeIn(all.find(({ name }) => name === 'python-unittest')!)[0]!.code);
  const run = () => execFileSync(python.found!, ['-B', '-m', 'unittest'], { cwd: folder, stdio: 'pipe' });
  writeFileSync(join(folder, 'total.py'), 'def total(numbers):\n    return sum(numbers)\n');
  run();
  writeFileSync(join(folder, 'total.py'), 'def total(numbers):\n    return 0\n');
  expect(run).toThrow();
});
