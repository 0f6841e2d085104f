import { codeTools } from '../../agents/tools/code-tool';
import { openSandbox, type SandboxJob, type SandboxOutcome } from '../../skills';

const never = new AbortController().signal;
const bare: SandboxOutcome = { end: 'exit', exitCode: 0, stdout: '', stderr: '', durationMs: 5, written: {} };

/** The tool over a sandbox that answers this; the last job is kept. */
function toolOver(outcome: Partial<SandboxOutcome>) {
  const jobs: SandboxJob[] = [];
  const [tool] = codeTools({ sandbox: { run: async (job) => (jobs.push(job), { ...bare, ...outcome }), layers: async () => [] } });
  return { tool: tool!, jobs, run: async (args = {}) => await tool!.run({ language: 'bash', code: ':', ...args }, never, 'key', 8_000) };
}

describe('run_code', () => {
  it('runs a program in the real sandbox and shows what it printed', async () => {
    const [tool] = codeTools({ sandbox: openSandbox() });
    const shown = await tool!.run({ language: 'bash', code: 'cat a.txt; echo bad >&2; exit 2', files: { 'a.txt': 'hello\n' } }, never, 'key', 8_000);
    expect(shown).toBe('Exit code 2: it failed.\n--- stdout\nhello\n--- stderr\nbad');
  }, 60_000);

  it('stays on this machine and may be repeated, for secret items and after a crash', () => expect(toolOver({}).tool).toMatchObject({ name: 'run_code', local: true, repeat: 'freely' }));

  it('says that a program printed nothing', async () => expect(await toolOver({}).run()).toBe('Exit code 0.\nIt printed nothing.'));

  it.each([
    ['time', /longer than 20 s/],
    ['memory', /too much memory/],
    ['output', /printed too much/],
    ['files', /too many files/],
    ['stopped', /recursion/],
  ] as const)('names the limit on %s that ended it', async (end, words) => expect(await toolOver({ end, exitCode: null }).run()).toMatch(words));

  it('shows the ends of a long output and the last lines of a long error', async () => {
    const shown = await toolOver({ stdout: `first ${'x'.repeat(60_000)} last`, stderr: `${'y'.repeat(60_000)} ValueError` }).run();
    expect(shown).toMatch(/^Exit code 0\.\n--- stdout\nfirst [^]* last\n--- stderr\n[^]* ValueError$/);
    expect(shown).toContain('of 60011 characters are not shown');
    expect(shown.length).toBeLessThan(6_400);
  });

  it('names the files a program wrote, not all of many', async () => {
    const written = Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`f${index}`, '']));
    expect(await toolOver({ written }).run()).toMatch(/f0, [^]*f19 and 5 more$/);
  });

  it('tells a model how its arguments are wrong', async () => {
    const { run, jobs } = toolOver({});
    await expect(run({ language: 'ruby' })).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining('language') });
    expect(jobs).toEqual([]);
  });
});
