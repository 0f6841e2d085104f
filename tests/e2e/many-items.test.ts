import { startStubs } from '../bench/agents/measure';
import { targets } from '../bench/agents/targets';
import { sharedInstance } from './shared-instance';

const n8n = sharedInstance();

it.each(targets().filter(({ name, service }) => name.startsWith('Specialist') || (name.startsWith('LLM Router') && service === 'ollama')))('many items keep their order and their partners: $name', async (target) => {
  const stubs = await startStubs(50);
  try {
    const { misplaced, nodeMs } = await stubs.measure(n8n, target, { items: 24, rounds: 1, latencyMs: 50 });
    expect(misplaced).toBe(0);
    // One after the other they would wait for the model alone as long as this.
    expect(nodeMs).toBeGreaterThan(50);
  } finally {
    await stubs.close();
  }
}, 120_000);
