import { calibrate, calibratedComplexity, FEWEST_OUTCOMES, undone, type Calibration } from '../../router/calibration/calibrate';
import type { CallOutcome } from '../../router/calibration/outcomes';
import { promptSignature } from '../../router/calibration/signature';
import { promptFeatures } from '../../router/complexity-model/features';
import { seededRandom } from '../../scripts/fit-complexity/rows';

const EASY = ['Which city is this address in?', 'Translate this line into German.', 'What is the order number?', 'Sort these names.'];
const HARD = ['Write the SQL = SELECT a, b FROM t WHERE x > 10; explain (why) 5 + 3 <> 7', 'Compute 3 * (4 + 7) = 99 % of $500; then {x} = 12', 'Solve a = 14, b = 23; x + y > 100 (all of 20 %)'];

/** A team whose small model fails on texts with figures, and whose prior sees no difference. */
function history(count: number, smallFails: (isHard: boolean, luck: number) => boolean, seed = 1): CallOutcome[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, at) => {
    const isHard = random() < 0.5;
    const texts = isHard ? HARD : EASY;
    const text = `${texts[Math.floor(random() * texts.length)]!} ${'word '.repeat(Math.floor(random() * 30))}${at}`;
    const modelClass = at % 2 === 0 ? 'small' : 'large';
    return { signature: promptSignature(promptFeatures(text)), prior: 0.4 + random() * 0.2, modelClass, ok: modelClass === 'large' ? random() < 0.95 : !smallFails(isHard, random()) };
  });
}

const figuresAreHard = (isHard: boolean, luck: number): boolean => luck < (isHard ? 0.85 : 0.05);
const prompt = (text: string) => ({ signature: promptSignature(promptFeatures(text)), prior: 0.5 });

// Seconds of work each, on a busy machine.
jest.setTimeout(60_000);

describe('calibration', () => {
  it('learns what a team\'s small model fails on, and says how much better outcomes are foreseen', async () => {
    const report = await calibrate(history(300, figuresAreHard));
    if (report.status !== 'better') throw new TypeError(report.status);
    expect(report.after.loss).toBeLessThan(report.before.loss - 0.05);
    expect(calibratedComplexity(report.calibration!, prompt(HARD[0]!))).toBeGreaterThan(calibratedComplexity(report.calibration!, prompt(EASY[0]!)) + 0.1);
  });

  it('changes nothing where there is nothing to learn', async () => {
    const reports = await Promise.all([1, 2, 3, 4, 5, 6].map((seed) => calibrate(history(250, (_, luck) => luck < 0.3, seed))));
    expect(reports.filter(({ status }) => status === 'better').length).toBeLessThanOrEqual(1);
  });

  it('trusts what it learnt the more, the more clearly outcomes speak for it, and the prior for the rest', async () => {
    const trust = (await calibrationOf(history(300, figuresAreHard))).success.trust;
    const unsure = (await calibrationOf(history(300, (isHard, luck) => luck < (isHard ? 0.5 : 0.2)))).success.trust;
    expect(trust).toBeGreaterThan(unsure);
    expect(trust).toBeLessThanOrEqual(1);
    expect(unsure).toBeGreaterThan(0);
  });

  it('is the prior itself where nothing of what was learnt is trusted', async () => {
    const calibration = await calibrationOf(history(300, figuresAreHard));
    const untrusted = { ...calibration, success: { ...calibration.success, trust: 0 } };
    expect(calibratedComplexity(untrusted, { ...prompt(HARD[0]!), prior: 0.37 })).toBeCloseTo(0.37, 10);
  });

  it('says how many outcomes it still needs', async () => {
    expect(await calibrate(history(FEWEST_OUTCOMES - 1, figuresAreHard))).toMatchObject({ status: 'tooFew', outcomes: 99, needed: 100 });
    expect(await calibrate(history(300, figuresAreHard).filter(({ modelClass }) => modelClass === 'small'))).toMatchObject({ status: 'tooFew', ofEachClass: { large: 0 }, neededOfEachClass: 20 });
  });

  it('lets the process go on while it learns', async () => {
    let [turns, isOver] = [0, false];
    const count = () => void ((turns += 1), isOver || setImmediate(count));
    setImmediate(count);
    await calibrate(history(300, figuresAreHard));
    isOver = true;
    // Eleven models, each in steps of its own.
    expect(turns).toBeGreaterThan(30);
  });

  it('can be undone', async () => {
    const first = await calibrationOf(history(300, figuresAreHard, 1));
    const second = await calibrationOf(history(300, figuresAreHard, 2), first);
    expect(undone(second)).toEqual({ success: first.success, outcomes: 300 });
    expect(undone(undone(second)!)).toBeUndefined();
  });

  it('survives being stored as JSON', async () => {
    const calibration = await calibrationOf(history(300, figuresAreHard));
    const stored = JSON.parse(JSON.stringify(calibration)) as Calibration;
    expect(calibratedComplexity(stored, prompt(HARD[1]!))).toBe(calibratedComplexity(calibration, prompt(HARD[1]!)));
  });
});

describe('a prompt\'s signature', () => {
  it('takes less than 200 bytes, however long the prompt', () => {
    expect(promptSignature(promptFeatures('all work and no play '.repeat(10_000))).byteLength).toBeLessThan(200);
  });

  it('holds no text: other words of the same shape and places give the same bytes', () => {
    expect(Buffer.from(promptSignature(promptFeatures('Call +49 30 555 0199 and ask for Lovelace'))).toString('latin1')).not.toMatch(/love|0199|call/i);
  });
});

async function calibrationOf(outcomes: CallOutcome[], applied?: Calibration): Promise<Calibration> {
  const report = await calibrate(outcomes, applied);
  if (report.status !== 'better') throw new TypeError(report.status);
  return report.calibration!;
}
