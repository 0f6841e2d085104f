import { attack, type PathRow } from '../bench/paths/attack';
import { buildPrison, type Prison } from '../bench/paths/prison';
import { race } from '../bench/paths/race';
import { spellings } from '../bench/paths/spellings';
import { itUnless } from '../support/services';
import { noCorpus, sharedRows } from '../support/shared-data';

let prison: Prison;
beforeEach(() => {
  prison = buildPrison();
});
afterEach(() => prison.remove());

it('spells a path as it is, decoded once and decoded twice', () => {
  expect(spellings('%252e%252e/x')).toEqual(['%252e%252e/x', '%2e%2e/x', '../x']);
  expect(spellings('a.txt')).toEqual(['a.txt']);
});

const hostile = ['traversal', 'naughty_filenames', 'command_injection_args'].flatMap((corpus) => sharedRows<PathRow>(`data/paths/${corpus}.jsonl`) ?? []);

itUnless(noCorpus(hostile.length > 0 ? hostile : undefined), 'no hostile path leads out, whatever takes it', async () => {
  const figures = await attack(prison, hostile);
  expect({ escapes: figures.escapes, strange: figures.strange }).toEqual({ escapes: [], strange: [] });
  expect(figures.refused).toBeGreaterThan(hostile.length);
}, 120_000);

it('no exchanged folder leads out', async () => {
  const { escapes, calls, swaps } = await race(prison, 3_000);
  expect(escapes).toEqual([]);
  expect(Math.min(calls, swaps)).toBeGreaterThan(10);
}, 30_000);

it('the prison itself sees an escape', async () => {
  const { writeFileSync } = await import('node:fs');
  writeFileSync(`${prison.folder}/../secrets.txt`, 'changed');
  expect(prison.damage()).toHaveLength(1);
});
