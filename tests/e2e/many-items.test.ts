import { startStubs } from '../bench/agents/measure';
import { targets } from '../bench/agents/targets';
import { sharedInstance } from './shared-instance';

const n8n = sharedInstance();

it.each(targets().filter(({ name, service }) => name.startsWith('Specialist') || (name.startsWith('LLM Router') && service === 'ollama')))('many items keep their order and their partners: $name', async (target) => {
  const stubs = await startStubs(50);
  try {
    const { misplaced, nodeMs } = await stubs.measure(n8n, target, { items: 24, rounds: 1, latencyMs: 50 });
    expect(misplaced).toBe(0);
    // Sooner they could only be with more calls under way than the service is to be given.
    expect(nodeMs).toBeGreaterThanOrEqual(Math.ceil(24 / target.atOnce!) * 50);
  } finally {
    await stubs.close();
  }
}, 120_000);
