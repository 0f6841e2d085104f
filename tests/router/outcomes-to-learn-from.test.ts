import { promptFeatures, promptSignature, type JudgedCall } from '../../router';
import { countOutcomes, MOST_OUTCOMES, outcomesToLearnFrom } from '../../router/outcomes-to-learn-from';

const signature = promptSignature(promptFeatures('What is tea?'));
const call = (at: number, more: Partial<JudgedCall> = {}): JudgedCall => ({ callId: `call-${at}`, atMs: at, model: 'ollama/a', modelClass: 'small', signature, prior: 0.5, verdict: { ok: true, by: 'schema' }, ...more });
const calls = (count: number, more?: Partial<JudgedCall>, from = 0) => Array.from({ length: count }, (_, at) => call(from + at, more));
const byQa = { verdict: { ok: false, by: 'qa' as const } };

describe('outcomes to learn from', () => {
  it('are the best judged and then the newest, oldest first', () => {
    const chosen = outcomesToLearnFrom([...calls(600, byQa), ...calls(2_000, {}, 600)]);
    expect(countOutcomes(chosen)).toMatchObject({ outcomes: MOST_OUTCOMES, judgedBy: { qa: 600, schema: 400 } });
    expect([chosen[0]!.callId, chosen[600]!.callId, chosen.at(-1)!.callId]).toEqual(['call-0', 'call-2200', 'call-2599']);
  });

  it('are of both classes, half and half where there are so many, and all of the scarce one', () => {
    const of = (small: number, large: number) => {
      const { small: ofSmall, large: ofLarge } = countOutcomes(outcomesToLearnFrom([...calls(small), ...calls(large, { modelClass: 'large' })]));
      return [ofSmall.outcomes, ofLarge.outcomes];
    };
    expect([of(2_000, 2_000), of(2_000, 30), of(30, 2_000), of(40, 30)]).toEqual([[500, 500], [970, 30], [30, 970], [40, 30]]);
  });

  it('were noted by a router that sees prompts as this one does', () => {
    expect(outcomesToLearnFrom([call(1), call(2, { signature: signature.slice(1) })]).map(({ callId }) => callId)).toEqual(['call-1']);
  });
});
