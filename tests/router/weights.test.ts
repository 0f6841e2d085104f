import { modelOf, requestOf, routerOver, scriptedDriver } from './scripted-driver';
import { EMPTY_MODELS_FILE, type RequestFacts } from '../../router';

const never = new AbortController().signal;
const home = scriptedDriver([modelOf('ollama/qwen3:8b', { strength: 0.5 })]);
const cloud = scriptedDriver([modelOf('anthropic/claude', { strength: 0.95 })]);

function explained(facts: Partial<RequestFacts>, presets = {}) {
  const modelsFile = { read: async () => ({ ...EMPTY_MODELS_FILE, presets }), driverFor: () => undefined };
  return routerOver([home, cloud], { modelsFile }).router.explain(requestOf(facts), never);
}

describe("the node's own weights", () => {
  it('decide which model stands first, and the decision shows them', async () => {
    expect(await explained({ preset: 'own', weights: { strength: 1 } })).toMatchObject({ model: 'anthropic/claude', preset: 'own', weights: { fit: 0, cheapness: 0, speed: 0, strength: 1, local: 0 } });
    expect(await explained({ preset: 'own', weights: { local: 1 } })).toMatchObject({ model: 'ollama/qwen3:8b', candidates: [{ model: 'ollama/qwen3:8b', score: 1 }, { score: 0 }] });
  });

  it('count in proportion', async () => {
    expect((await explained({ preset: 'own', weights: { fit: 1, speed: 0.5, local: 0.5 } })).weights).toEqual({ fit: 0.5, cheapness: 0, speed: 0.25, strength: 0, local: 0.25 });
  });

  it("win over the models file's, which win over the preset's; without any, the preset holds", async () => {
    const file = { own: { strength: 1 }, best: { local: 0.9 } };
    expect((await explained({ preset: 'own', weights: { local: 1 } }, file)).weights).toMatchObject({ local: 1, strength: 0 });
    expect((await explained({ preset: 'own', weights: {} }, file)).weights).toMatchObject({ fit: 0.5, strength: 1 });
    expect((await explained({ preset: 'best' }, file)).weights).toMatchObject({ local: 0.9, strength: 0.95 });
    expect((await explained({ preset: 'own', weights: { fit: 0 } })).weights).toEqual((await explained({ preset: 'balanced' })).weights);
  });

  it('count for nothing where an expression gave no number', async () => {
    for (const nonsense of [Infinity, NaN, 'much', null]) expect((await explained({ preset: 'own', weights: { fit: nonsense as number, local: 1 } })).weights).toEqual({ fit: 0, cheapness: 0, speed: 0, strength: 0, local: 1 });
  });

  it('never outweigh privacy', async () => {
    expect(await explained({ privacy: 'secret', preset: 'own', weights: { strength: 1 } })).toMatchObject({ model: 'ollama/qwen3:8b', local: true });
  });
});
