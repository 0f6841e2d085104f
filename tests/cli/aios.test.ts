import packageJson from '../../package.json';
import { commands as allCommands, runAios, type Command, type CommandContext } from '../../cli';
import { readArguments } from '../../cli/arguments';
import { InvalidInputError } from '../../kernel';
import { recordingTerminal } from '../support/recording-terminal';

function commandOf(run: Command['run'], name = 'bake'): Command {
  return { name, summary: 'bakes a cake', usage: `Usage: aios ${name}\n`, run };
}

async function call(argv: string[], commands: Command[]) {
  const terminal = recordingTerminal({ colour: true, interactive: true });
  const exitCode = await runAios(argv, commands, { terminal, environment: {}, signal: new AbortController().signal });
  return { exitCode, ...terminal };
}

describe('aios', () => {
  it('lists its commands when asked for nothing', async () => {
    const { exitCode, out } = await call([], [commandOf(async () => 0)]);
    expect(exitCode).toBe(0);
    expect(out.join()).toContain('bake  bakes a cake');
  });

  it('exits with 2 for a command it does not have, and says so on stderr', async () => {
    const { exitCode, out, said } = await call(['boil'], [commandOf(async () => 0)]);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: [] });
    expect(said[0]).toContain('There is no command "boil".');
  });

  it('tells its version', async () => {
    const { exitCode, out } = await call(['--version'], []);
    expect({ exitCode, out }).toEqual({ exitCode: 0, out: [packageJson.version] });
  });

  it('hands a command what stands behind its name, --json taken out and colour off', async () => {
    let seen: CommandContext | undefined;
    await call(['bake', 'tart', '--json', '--hot'], [commandOf(async (context) => { seen = context; return 0; })]);
    expect(seen).toMatchObject({ args: ['tart', '--hot'], json: true, terminal: { colour: false, interactive: false } });
  });

  it('finds a command of two words', async () => {
    const { exitCode } = await call(['cake', 'bake', '--x'], [commandOf(async ({ args }) => (args.length === 1 ? 0 : 1), 'cake bake')]);
    expect(exitCode).toBe(0);
  });

  it('lists what a group has when nothing but its name is given, options included', async () => {
    const seen: string[][] = [];
    const list = commandOf(async ({ args }) => { seen.push([...args]); return 0; }, 'cake list');
    await call(['cake'], [commandOf(async () => 1, 'cake bake'), list]);
    await call(['cake', '--since', '7d'], [commandOf(async () => 1, 'cake bake'), list]);
    expect(seen).toEqual([[], ['--since', '7d']]);
  });

  it('shows the commands of a group for its help, and for a word the group does not know', async () => {
    const commands = [commandOf(async () => 0, 'cake bake'), commandOf(async () => 0, 'cake list'), commandOf(async () => 0)];
    const asked = await call(['cake', '--help'], commands);
    expect({ exitCode: asked.exitCode, lines: asked.out[0]!.match(/^ {2}\S+ \S+/gm) }).toEqual({ exitCode: 0, lines: ['  cake bake', '  cake list'] });
    const wrong = await call(['cake', 'boil'], commands);
    expect({ exitCode: wrong.exitCode, first: wrong.said[0]!.split('\n')[0] }).toEqual({ exitCode: 2, first: 'There is no command "cake boil".' });
    expect((await call(['tart'], [commandOf(async () => 0, 'tart bake')])).said[0]).toMatch(/^"aios tart" needs one word more\.\n[^]* tart bake /);
  });

  it('names an option it does not know in a sentence', () => {
    expect(() => readArguments(['--date', 'x'], {})).toThrow(/^Unknown option '--date'\.$/);
  });

  it('fits all its help into a terminal of 80 columns', async () => {
    const overview = (await call(['--help'], [...allCommands])).out[0]!;
    const lines = [overview, ...allCommands.map(({ usage }) => usage)].join('\n').split('\n');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  it('shows the usage and exits with 2 when the call was wrong', async () => {
    const { exitCode, said } = await call(['bake'], [commandOf(async () => { throw new InvalidInputError('No flour.', { hint: 'Buy some.' }); })]);
    expect(exitCode).toBe(2);
    expect(said[0]).toBe('No flour. Buy some.\n\nUsage: aios bake');
  });

  it('exits with 1 when the work failed', async () => {
    const { exitCode, said } = await call(['bake'], [commandOf(async () => { throw new RangeError('burnt'); })]);
    expect(exitCode).toBe(1);
    expect(said[0]).toContain('burnt');
  });
});
