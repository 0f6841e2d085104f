import { storm, type LocalState } from '../bench/secret/storm';

/** The small form of `npm run bench:secret`: 0 of these prompts may arrive anywhere. */
const COUNTS: Record<LocalState, number> = { up: 250, down: 100, flapping: 250 };

describe('secret prompts in a storm of faults', () => {
  it.each(Object.entries(COUNTS) as Array<[LocalState, number]>)('stay here, by label and by content, with the local model %s', async (state, count) => {
    const { outcomes, arrived, marks, quoted, kept, keptHarmless, control, cloudBytes } = await storm(state, { seed: Number(process.env.AIOS_SEED ?? 20261121), count });
    expect({ arrived, marks, quoted, kept, elsewhere: outcomes['ANSWERED ELSEWHERE'] }).toEqual({ arrived: 0, marks: 0, quoted: [], kept: 0, elsewhere: undefined });
    // The clouds listed their models, and would have heard the rest as well.
    expect(cloudBytes).toBeGreaterThan(0);
    expect(control).toBe(20);
    expect(keptHarmless).toBe(20);
    expect(outcomes.UNEXPECTED).toBeUndefined();
    if (state === 'up') expect(outcomes['answered here']).toBeGreaterThan(count / 4);
    if (state === 'down') expect(outcomes.SECRET_NEEDS_LOCAL_MODEL).toBe(count);
  }, 60_000);
});
