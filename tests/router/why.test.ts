import { RateLimitedError, readModelsFile, type ModelsFileSource, type RequestFacts } from '../../router';
import { modelOf, requestOf, routerOver, scriptedDriver, type Move } from './scripted-driver';

const never = new AbortController().signal;
const SMALL = 'ollama/qwen3:8b';
const LARGE = 'anthropic/claude';

function team({ file = '', small = [], large = [] }: { file?: string; small?: Move[]; large?: Move[] } = {}) {
  const modelsFile: ModelsFileSource = { read: async () => readModelsFile(file).file, driverFor: () => undefined };
  return routerOver([scriptedDriver([modelOf(SMALL)], small), scriptedDriver([modelOf(LARGE)], large)], { modelsFile }).router;
}

const said = async (facts: Partial<RequestFacts>, text: string, how: Parameters<typeof team>[0] = {}) => (await team(how).complete(requestOf(facts, { messages: [{ role: 'user', text }] }), never)).decision;

describe('a decision says in a sentence why', () => {
  it('the score chose', async () => {
    expect((await said({}, 'Say hi.')).why).toMatch(/^Looks easy \(0(\.\d+)?\); first choice for "Local First"\.$/);
    expect((await said({ allowedModels: [SMALL] }, 'Say hi.')).why).toMatch(/; no other model may answer\.$/);
  });

  it('the text was secret, and by what, without quoting it', async () => {
    const { why } = await said({ preset: 'best' }, 'Remind the holder of card 4111 1111 1111 1111.');
    expect(why).toMatch(/^Secret \(credit-card found\): stays on this machine\. /);
    expect(why).not.toContain('4111');
  });

  it('somebody wished for the model: the node, the models file, an experiment', async () => {
    expect((await said({ model: LARGE }, 'Say hi.')).why).toBe('Named in "Model to Ask First".');
    expect((await said({}, 'Say hi.', { file: 'assign: {default: claude}' })).why).toBe('Assigned in the models file.');
    const file = 'experiments: [{name: sizes, for: all, arms: [{model: claude}, {model: "qwen3:8b"}]}]';
    expect((await said({ runId: 'run-1' }, 'Say hi.', { file })).why).toBe('Its turn in the experiment "sizes".');
  });

  it('another model was tried and could not answer, which the candidates say, too', async () => {
    const limited = () => new RateLimitedError('Too many requests: Say hi.', { hint: 'Wait.' });
    const { model, why, candidates } = await said({ preset: 'best' }, 'Say hi.', { large: [limited()] });
    expect([model, why]).toEqual([SMALL, expect.stringMatching(/^Asked because anthropic\/claude could not answer\. Looks easy /)]);
    expect(candidates).toContainEqual(expect.objectContaining({ model: LARGE, rejected: 'tried before, could not answer: its provider limits the rate' }));
  });

  it('a weaker model gave an answer nobody can use', async () => {
    const { model, why } = await said({}, 'Say hi.', { small: [{ chunks: [{ type: 'finish', reason: 'refused', usage: { promptTokens: 1, completionTokens: 1 } }] }] });
    expect([model, why]).toEqual([LARGE, `Asked because ${SMALL} refused to answer.`]);
  });
});
