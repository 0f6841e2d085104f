import { openSandbox } from '../../skills';
import { findTree, findUnshare } from '../../skills/drivers/sandbox-command';
import { interpreterLayer, namespaceLayer, processLayer } from '../../skills/drivers/sandbox-layers';
import { tryEnvelope } from '../../skills/drivers/try-envelope';
import { itUnless } from '../support/services';

const open = { reads: true, writes: true, starts: true, connects: true, seesProcess: true, environment: ['N8N_ENCRYPTION_KEY'] };
const closed = { reads: false, writes: false, starts: false, connects: false, seesProcess: false, environment: ['PWD'] };
const noUnshare = findUnshare() === undefined ? 'this system has no "unshare"' : undefined;

describe("the sandbox's layers", () => {
  it('are tried on this machine, from the inside out', async () => {
    const layers = await openSandbox().layers();
    expect(layers.map(({ name }) => name)).toEqual(['interpreter', 'process', 'namespace']);
    expect(layers.slice(0, 2).map(({ holds }) => holds)).toEqual([true, true]);
  }, 60_000);

  it('keep bare Node code, without the interpreter, from files, programs and the environment', async () => {
    const { answer } = await tryEnvelope(findTree(), false, AbortSignal.timeout(30_000));
    expect(answer).toMatchObject({ reads: false, writes: false, starts: false });
    expect(processLayer({ answer })).toMatchObject({ holds: true });
  }, 60_000);

  itUnless(noUnshare, 'keep it from ports and processes of the machine where namespaces are allowed', async () => {
    const trial = await tryEnvelope(findTree(), true, AbortSignal.timeout(30_000));
    // A container may forbid them; then the trial says so instead of reaching something.
    if (trial.answer) expect(trial.answer).toMatchObject({ reads: false, connects: false, seesProcess: false });
    else expect(trial.fault).toMatch(/unshare/);
  }, 60_000);

  it('do not hold when the trial got through', () => {
    expect(processLayer({ answer: open })).toMatchObject({ holds: false, detail: expect.stringMatching(/read a file of this machine, write one, start a program, see environment/) });
    expect(namespaceLayer({ answer: open })).toMatchObject({ holds: false, detail: expect.stringContaining('reached a port') });
    expect(namespaceLayer({ answer: { ...open, connects: false } }).holds).toBe(false);
    expect(interpreterLayer({ end: 'exit', exitCode: 0, stdout: 'connected\ntried\n', stderr: '', durationMs: 1, written: {} }).holds).toBe(false);
  });

  it('do not hold when nothing could be tried', () => {
    expect(processLayer({ fault: 'spawn EACCES' })).toMatchObject({ holds: false, detail: expect.stringContaining('spawn EACCES') });
    expect(namespaceLayer({ fault: 'unshare failed: Operation not permitted' })).toMatchObject({ holds: false, detail: expect.stringContaining('Operation not permitted') });
    expect(interpreterLayer(undefined, 'it waited').holds).toBe(false);
    expect([processLayer({ answer: closed }).holds, namespaceLayer({ answer: closed }).holds]).toEqual([true, true]);
  });
});
