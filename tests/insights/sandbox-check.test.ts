import { checkSandbox } from '../../insights';
import type { SandboxLayer } from '../../skills';

const layers = (...holds: boolean[]): SandboxLayer[] => (['interpreter', 'process', 'namespace'] as const).map((name, index) => ({ name, holds: holds[index]!, detail: `${name} was tried.` }));
const look = async (found: SandboxLayer[]) => await checkSandbox({ run: async () => Promise.reject(new TypeError('not asked')), layers: async () => found });

describe("the Doctor's look at the sandbox", () => {
  it('says that all layers hold', async () => expect(await look(layers(true, true, true))).toMatchObject({ service: 'sandbox', status: 'ok', detail: expect.stringContaining('all 3 layers') }));

  it('names the layer that is missing, though code can be run', async () => {
    expect(await look(layers(true, true, false))).toMatchObject({ status: 'ok', detail: expect.stringMatching(/2 of 3 layers[^]*namespace was tried/) });
  });

  it.each([
    [[false, true, true], 'interpreter was tried'],
    [[true, false, true], 'process was tried'],
    // Without the process the interpreter cannot hold either: the process is the reason.
    [[false, false, true], 'process was tried'],
  ])('fails, with what to do, when %p hold', async (holds, detail) => {
    expect(await look(layers(...holds))).toMatchObject({ status: 'failed', detail: expect.stringContaining(detail), todo: expect.stringContaining('agents run code') });
  });
});
