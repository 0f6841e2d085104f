import { openSqlite, type Database } from '../../storage';
import { seededRandom } from '../../scripts/fit-complexity/rows';
import { fakeClock, type FakeClock } from '../support/fake-clock';
import { temporaryFolder } from '../support/temporary-folder';
import { LARGE, learningTeam, SMALL } from './learning-team';
import { requestOf } from './scripted-driver';

const FIGURES = ['Add 17 % to 4,350 and subtract 912: what remains of the 5,000?', 'How much is 3 * (4 + 7) = 99 of 500, if x > 12 and y < 4?', 'Of 120 boxes 15 % are empty and 24 are broken; how many of 96 fit?'];
const NAMES = ['Which town is this address in?', 'Who wrote this letter to whom?', 'Sort these names by their beginning.'];
const SHAPE = { name: 'answer', schema: { type: 'object', properties: { answer: { type: 'string' } }, required: ['answer'] } };
const signal = new AbortController().signal;
const promptAbout = (texts: string[], at: number) => `${texts[at % texts.length]!} Case ${'and so on '.repeat(at % 7)}.`;
const ask = (text: string, model?: string) => requestOf(model ? { model } : {}, { messages: [{ role: 'user', text }], schema: SHAPE });

let clock: FakeClock;
let database: Database;
beforeEach(() => {
  clock = fakeClock();
  database = openSqlite(`${temporaryFolder()}/team.sqlite`);
});
afterEach(() => database.close());

type Team = ReturnType<typeof learningTeam>;

/** Asks the small model and the large one by turns, as a team does that has a use for both. */
async function work({ router }: Team, count: number): Promise<void> {
  const random = seededRandom(7);
  for (let at = 0; at < count; at += 1) {
    const text = promptAbout(random() < 0.5 ? FIGURES : NAMES, Math.floor(random() * 100));
    await router.complete(ask(text, at % 2 === 0 ? SMALL : LARGE), signal);
  }
}

async function decisions({ router }: Team) {
  const about = async (texts: string[]) => await Promise.all([1, 2, 3].map(async (at) => await router.explain(ask(promptAbout(texts, at)), signal)));
  return { figures: await about(FIGURES), names: await about(NAMES) };
}

describe('a team whose small model cannot do figures', () => {
  const canDo = { small: (prompt: string) => !/\d{2}/.test(prompt), large: () => true };

  it('calibrates, and from then on other models are chosen, in every process, until it is undone', async () => {
    const team = learningTeam(database, clock, canDo), second = learningTeam(database, clock, canDo);
    const before = await decisions(team);
    expect(before.figures.map(({ model }) => model)).toContain(SMALL);
    await work(team, 200);

    const shown = await team.calibrator.take('fit');
    expect(shown).toMatchObject({ status: 'better', inForce: null, outcomes: expect.any(Number), judgedBy: { schema: expect.any(Number) } });
    expect(shown.after!.surprise).toBeLessThan(shown.before!.surprise);
    expect(shown.message).toMatch(/foresaw \d+\.\d % and .*Nothing was changed/);
    expect((await decisions(team)).figures).toEqual(withoutIds(before.figures));

    const applied = await team.calibrator.take('apply');
    expect(applied).toMatchObject({ status: 'applied', inForce: { sinceMs: clock.nowMs(), outcomes: shown.outcomes } });
    const after = await decisions(team);
    expect(after.figures.map(({ model, calibrated }) => [model, calibrated])).toEqual([LARGE, LARGE, LARGE].map((model) => [model, true]));
    expect(after.names.map(({ model }) => model)).toEqual([SMALL, SMALL, SMALL]);
    // What was easy is no harder for it: among small models the smallest may still do.
    after.names.forEach(({ complexity }, at) => expect(complexity).toBeLessThanOrEqual(before.names[at]!.complexity));

    await decisions(second);
    clock.advance(5_000);
    await second.router.explain(ask('Hello'), signal);
    await Promise.resolve();
    expect((await decisions(second)).figures.map(({ calibrated }) => calibrated)).toEqual([true, true, true]);

    expect(await team.calibrator.take('undo')).toMatchObject({ status: 'undone', inForce: null });
    expect((await decisions(team)).figures).toEqual(withoutIds(before.figures));
    expect(await team.calibrator.take('undo')).toMatchObject({ status: 'nothingToUndo' });
  });

  it('keeps the shipped complexity as what it learns from, also while a calibration is in force', async () => {
    const team = learningTeam(database, clock, canDo);
    const { complexity } = await team.router.explain(ask(FIGURES[0]!), signal);
    await work(team, 200);
    await team.calibrator.take('apply');
    const { decision } = await team.router.complete(ask(FIGURES[0]!), signal);
    expect(decision.complexity).not.toBe(complexity);
    expect((await team.notes.judged({})).find(({ callId }) => callId === decision.callId)).toMatchObject({ prior: complexity });
  });

  it('says how many outcomes are missing, and changes nothing', async () => {
    const team = learningTeam(database, clock, canDo);
    await work(team, 40);
    const { status, message, inForce, outcomes } = await team.calibrator.take('apply');
    expect({ status, inForce }).toEqual({ status: 'tooFew', inForce: null });
    expect(message).toBe(`Too few outcomes to learn from: ${outcomes} of 100. ${100 - outcomes} more are needed; each task that QA judges adds some. Nothing was changed: the shipped judgement of complexity stays in force.`);
  });

  it('is told which class of models it knows too little of', async () => {
    const team = learningTeam(database, clock, { small: () => true, large: () => true });
    for (let at = 0; at < 120; at += 1) await team.router.complete(ask(promptAbout(NAMES, at), SMALL), signal);
    expect((await team.calibrator.take('apply')).message).toMatch(/^120 outcomes: 120 of small models \(100 % good\), 0 of large ones.*at least 20 of each.*of large models there are 0/);
  });
});

it('a team whose outcomes are luck learns nothing, and nothing changes', async () => {
  const random = seededRandom(3);
  const team = learningTeam(database, clock, { small: () => random() < 0.7, large: () => random() < 0.8 });
  const before = await decisions(team);
  await work(team, 200);
  expect(await team.calibrator.take('apply')).toMatchObject({ status: 'noBetter', inForce: null, message: expect.stringMatching(/not clearly better, so nothing was changed/) });
  expect((await decisions(team)).figures).toEqual(withoutIds(before.figures));
});

it('of two that calibrate at the same moment one is told so', async () => {
  const canDo = { small: (prompt: string) => !/\d{2}/.test(prompt), large: () => true };
  const team = learningTeam(database, clock, canDo), second = learningTeam(database, clock, canDo);
  await work(team, 200);
  await team.notes.write();
  const both = await Promise.allSettled([team.calibrator.take('apply'), second.calibrator.take('apply')]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'CALIBRATION_CHANGED' } });
});

function withoutIds<T extends object>(decided: T[]): T[] {
  return decided.map((decision) => expect.objectContaining({ ...decision, callId: expect.any(String) }) as T);
}

it('a calibration that was damaged in the store decides nothing, and can be replaced', async () => {
  const team = learningTeam(database, clock, { small: (prompt) => !/\d{2}/.test(prompt), large: () => true });
  await work(team, 200);
  await team.calibrator.take('apply');
  const kept = String(database.prepare('SELECT calibration FROM calibration_in_force').get()!.calibration);
  for (const damaged of ['{', '{}', '"x"', kept.replace('"coefficients":[', '"coefficients":[null,'), kept.replace(/"trust":[^,}]+/, '"trust":null')]) {
    database.prepare('UPDATE calibration_in_force SET calibration = ?').run(damaged);
    expect(await team.calibrator.take('undo')).toMatchObject({ status: 'nothingToUndo', inForce: null });
    clock.advance(60_000);
    const { names } = await decisions(learningTeam(database, clock, { small: () => true, large: () => true }));
    expect(names.map(({ calibrated }) => calibrated)).toEqual([undefined, undefined, undefined]);
  }
  expect(await team.calibrator.take('apply')).toMatchObject({ status: 'applied' });
});
