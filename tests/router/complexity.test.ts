import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { estimateComplexity } from '../../router/complexity';
import { PRESETS, type ModelRequest, type Preset } from '../../router/request';
import { promptParts } from '../../router/complexity-model/prompt-parts';
import { promptFeatures, SHAPE_NAMES } from '../../router/complexity-model/features';
import { isSentToCloud } from '../bench/router/savings';

interface RoutingPrompt {
  id: string;
  level: 'simple' | 'medium' | 'complex';
  language: string;
  prompt: string;
}

const prompts = JSON.parse(readFileSync(join(__dirname, '../fixtures/routing-prompts.json'), 'utf8')) as RoutingPrompt[];
const complexityOf = (text: string): number => estimateComplexity({ messages: [{ role: 'user', text }] }).complexity;
const goesToCloud = (text: string, preset: Preset): boolean => {
  const request: ModelRequest = { messages: [{ role: 'user', text }], facts: { privacy: 'internal', preset } };
  return isSentToCloud(request, complexityOf(text));
};

describe.each(['balanced', 'localFirst'] as const)('with one local 8B, one cloud model and the preset %s', (preset) => {
  const toCloud = (level: RoutingPrompt['level']): string[] => prompts.filter((each) => each.level === level && goesToCloud(each.prompt, preset)).map(({ id }) => id);

  it('keeps all ten simple prompts on this machine', () => {
    expect(toCloud('simple')).toEqual([]);
  });

  it('sends all ten complex prompts to the cloud', () => {
    expect(toCloud('complex')).toHaveLength(10);
  });

  it('uses both for the ten medium ones', () => {
    expect(toCloud('medium').length).toBeGreaterThanOrEqual(2);
    expect(toCloud('medium').length).toBeLessThanOrEqual(8);
  });
});

it('judges the thirty prompts of at least five languages, short complex and long simple ones among them', () => {
  expect(new Set(prompts.map(({ language }) => language)).size).toBeGreaterThanOrEqual(5);
  expect(prompts.filter(({ level, prompt }) => level === 'complex' && prompt.length < 200).length).toBeGreaterThanOrEqual(3);
  expect(prompts.filter(({ level, prompt }) => level === 'simple' && prompt.length > 1_500).length).toBeGreaterThanOrEqual(3);
});

describe('the estimate', () => {
  it.each(['', ' ', '\n\n\n', '?', '\ud800', 'x'.repeat(1_000_000), '"'.repeat(50_000), 'A. \n'.repeat(20_000), '```\n'.repeat(20_000), '0'.repeat(100_000), '。'.repeat(10_000)])('is a number within 0..1 for any text (%#)', (text) => {
    const { complexity, confidence } = estimateComplexity({ messages: [{ role: 'user', text }] });
    for (const value of [complexity, confidence]) expect(value >= 0 && value <= 1).toBe(true);
  });

  it('reads the last user message only', () => {
    const last = { role: 'user', text: 'Convert 3 km to miles.' } as const;
    expect(estimateComplexity({ messages: [{ role: 'user', text: prompts.at(-1)!.prompt }, { role: 'assistant', text: 'Done.' }, last] })).toEqual(estimateComplexity({ messages: [last] }));
  });

  it.each(['Which invoice is late? ', '“', '„ ', '\n ', ': ', 'A. \n', '```', '「'])('stays within a few milliseconds on the median for a megabyte of %j', (piece) => {
    const text = piece.repeat(1_000_000 / piece.length);
    const timesMs = Array.from({ length: 41 }, () => {
      const start = performance.now();
      complexityOf(text);
      return performance.now() - start;
    }).sort((a, b) => a - b);
    expect(timesMs[20]).toBeLessThan(3);
  });

  it('knows every preset', () => {
    for (const preset of PRESETS) expect(typeof goesToCloud('Hello', preset)).toBe('boolean');
  });
});

describe('what is asked', () => {
  it('is told from the material it is about, wherever that stands', () => {
    const mail = 'Dear team,\n\nwe optimised the distributed scheduler.\n\nBest, Ada';
    expect(promptParts(`Translate this to German.\n\n${mail}`).ask).toBe('Translate this to German.');
    expect(promptParts(`${mail}\n\nTranslate this to German.`).ask).toContain('Translate this to German.');
    expect(promptParts('Fix the spelling: "We desing a distribuited sistem with care."').ask.trim()).toBe('Fix the spelling:');
  });

  it('includes the demands that follow as a list', () => {
    expect(promptParts('Write a queue:\n\n- it must survive a crash at any point\n- it must never block a writer').ask).toContain('never block a writer');
  });

  it('is followed by answers to choose from only when there are at least three', () => {
    expect(promptParts('Which one?\nA. red\nB. green\nC. blue\nAnswer:').options).toEqual(['red', 'green', 'blue']);
    expect(promptParts('Steps:\nA. go\nB. stop').options).toEqual([]);
  });

  it('has one number for each name of its shape', () => {
    expect(promptFeatures('Why?').shape).toHaveLength(SHAPE_NAMES.length);
  });
});
