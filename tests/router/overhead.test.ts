import { startStub } from '../bench/overhead/stub';
import { inProcess, overHttp } from '../bench/overhead/targets';
import { measureCells } from '../bench/overhead/windows';

/** The small form of `npm run bench:overhead`. The machine may be busy: only what is wrong by an order of magnitude shows here. */
const MOST_ADDED_CPU_MS = 12;

it('a call through the router costs little beside the model, is booked once, and none fails', async () => {
  const stub = await startStub(0);
  const [direct, router] = [overHttp('direct', stub.url), inProcess(stub.url)];
  try {
    const [asked, routed] = await measureCells([direct, router], { upstreamMs: 0, callers: 8, rounds: 1, windowMs: 700 });
    expect({ asked: asked!.firstFailure, routed: routed!.firstFailure }).toEqual({ asked: undefined, routed: undefined });
    expect(routed!.cpuMsPerCall - asked!.cpuMsPerCall).toBeLessThan(MOST_ADDED_CPU_MS);
    // The warm-up is booked, too.
    expect(await router.bookedCalls()).toBeGreaterThanOrEqual(routed!.calls);
    const before = await router.bookedCalls();
    await router.ask(1_000_000);
    expect(await router.bookedCalls()).toBe(before + 1);
  } finally {
    router.close();
    direct.close();
    stub.close();
  }
}, 30_000);
