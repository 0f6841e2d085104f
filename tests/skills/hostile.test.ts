import { spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { openSandbox } from '../../skills';
import { bombs, raids, rowAttack, type HostileRow } from '../bench/sandbox/attacks';
import { openCanaries, type Canaries } from '../bench/sandbox/canaries';
import { makeAttacks } from '../bench/sandbox/make-attacks';
import { itUnless } from '../support/services';
import { noCorpus, sharedRows } from '../support/shared-data';
import { temporaryFolder } from '../support/temporary-folder';

const rows = ['payload_snippets', 'redcode_exec'].map((name) => sharedRows<HostileRow>(`data/code/${name}.jsonl`));
const hostile = rows.some((part) => part === undefined) ? undefined : rows.flatMap((part) => part!);
const everyBomb = process.env.FULL === '1';

describe('hostile code in the sandbox', () => {
  const started: number[] = [];
  const sandbox = openSandbox({ onStart: (pid) => started.push(pid) });
  let canaries: Canaries;

  beforeAll(async () => void (canaries = await openCanaries(temporaryFolder())));
  afterAll(() => canaries.close());

  const attack = async (attacks: Parameters<typeof makeAttacks>[0]) => {
    const results = await makeAttacks(attacks, { sandbox, canaries, started });
    return results.filter(({ touched, fault }) => touched.length > 0 || fault !== undefined);
  };

  it('touches no file, secret, port or process of the machine by any way it knows', async () => expect(await attack(raids(canaries))).toEqual([]), 240_000);

  it('meets a limit that bites within twice its value, and leaves no process', async () => {
    const chosen = everyBomb ? bombs() : bombs().filter(({ name }) => /loop in JavaScript|fork bomb in bash|memory in Python|output of bash|many files/.test(name));
    expect(await attack(chosen)).toEqual([]);
  }, 240_000);

  itUnless(noCorpus(hostile), 'touches nothing in the rows of the corpus', async () => expect(await attack(hostile!.map((row) => rowAttack(row, canaries.port, everyBomb ? 3_000 : 2_000)))).toEqual([]), 1_200_000);

  it('would be seen: the canaries notice a visit, a change and a leak', async () => {
    const touchedBy = canaries.watch(`cat ${canaries.file}`);
    await new Promise((resolve) => connect(canaries.port, '127.0.0.1').on('close', resolve).resume());
    const { stdout } = spawnSync(process.execPath, ['-e', 'require("fs").appendFileSync(process.argv[1], "x"); console.log(process.env.AIOS_CANARY)', canaries.file], { encoding: 'utf8', env: process.env });
    expect(touchedBy(stdout)).toEqual(['port', `file ${canaries.file}`, 'secret']);
  });
});
