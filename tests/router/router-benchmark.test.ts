import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fitModel, lessonsFrom, storedModel, committedModel } from '../../scripts/fit-complexity/fit';
import { NO_ROWS, publicRows } from '../../scripts/fit-complexity/rows';
import { byLength, crossJudged, routed } from '../bench/router/judged';
import { expectedCalibrationError } from '../bench/router/reliability';
import { apgr, routeQuality, tenPointCurve } from '../bench/router/route-quality';
import { itUnless } from '../support/services';

const rows = publicRows();
const skipReason = rows ? undefined : NO_ROWS;

describe('the measures of a router', () => {
  it('give 1 to a perfect score, 0.5 to none and count ties as chance', () => {
    const weak = [0, 1, 0, 1], strong = [1, 1, 1, 1];
    expect(apgr({ score: [1, 0, 1, 0], weak, strong })).toBeCloseTo(0.75);
    expect(apgr({ score: [1, 1, 1, 1], weak, strong })).toBeCloseTo(0.5);
  });

  it('see when probabilities are too sure', () => {
    const happened = Array.from({ length: 40 }, (_, at) => at % 2);
    expect(expectedCalibrationError(happened.map(() => 0.9), happened)).toBeCloseTo(0.4);
  });
});

describe('on the public rows', () => {
  itUnless(skipReason, 'the measures reproduce the published figures of prompt length', () => {
    const expected = JSON.parse(readFileSync(join(process.env.AIOS_SHARED_DIR ?? join(__dirname, '../../../shared'), 'router', 'dev_vectors.json'), 'utf8')) as Record<string, Record<string, number>>;
    const dev = rows!.mmlu.slice(1_500);
    const length = routed(dev, byLength(dev));
    for (const [name, quality] of [['mmlu_dev_length', routeQuality(length, tenPointCurve(length))], ['mmlu_dev_length_exact', routeQuality(length)]] as const) {
      expect(quality.apgr).toBeCloseTo(expected[name]!.apgr!, 5);
      expect(quality.cpt50).toBeCloseTo(expected[name]!.cpt50_first!, 4);
      expect(quality.shareForQuality95).toBeCloseTo(expected[name]!.share_q95!, 4);
    }
  });

  itUnless(skipReason, 'the fit gives exactly the committed weights, and they fit into 32 KB', () => {
    expect(storedModel(fitModel(lessonsFrom(rows!)))).toBe(committedModel());
    expect(committedModel().length).toBeLessThanOrEqual(32 * 1_024);
  });

  itUnless(skipReason, 'a model that has not seen half of the rows beats their length', () => {
    const sets = [rows!.mmlu, rows!.gsm8k];
    crossJudged(lessonsFrom(rows!), sets, 2, 2).forEach(({ complexity }, at) => expect(apgr(routed(sets[at]!, complexity))).toBeGreaterThan(apgr(routed(sets[at]!, byLength(sets[at]!)))));
  });
});
