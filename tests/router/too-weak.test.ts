import { modelOf, requestOf, routerOver, scriptedDriver } from './scripted-driver';

const never = new AbortController().signal;
const HARD = 'Prove that every uniformly continuous function on a bounded interval is bounded, derive the error bound of the trapezoidal rule step by step, and compare three proofs.';

it('of local models all too weak for a hard request the strongest is asked, though a smaller one is faster', async () => {
  const here = scriptedDriver([modelOf('ollama/llama3.2:1b', { strength: 0.24 }), modelOf('ollama/qwen3:8b', { strength: 0.48 })]);
  const { model, candidates } = await routerOver([here]).router.explain(requestOf({}, { messages: [{ role: 'user', text: HARD }] }), never);
  expect(model).toBe('ollama/qwen3:8b');
  for (const { score } of candidates) expect(score).toBeGreaterThanOrEqual(0);
});
