import * as fc from 'fast-check';
import { DEFAULT_PRIVACY, mayLeaveMachine, type Privacy, PRIVACY_LABELS, strictestPrivacy } from '../../privacy';

const label = fc.constantFrom(...PRIVACY_LABELS);

it('lets the strictest of several labels hold', () => {
  expect(strictestPrivacy('public', 'secret', 'internal')).toBe('secret');
  expect(strictestPrivacy(undefined, 'public')).toBe('public');
  expect(strictestPrivacy()).toBe(DEFAULT_PRIVACY);
  expect(strictestPrivacy(undefined)).toBe('internal');
});

it('never lowers a label, in whatever order they come', () => {
  fc.assert(
    fc.property(fc.array(label, { minLength: 1 }), (labels) => {
      const strictest = strictestPrivacy(...labels);
      expect(labels).toContain(strictest);
      expect(labels.every((one) => PRIVACY_LABELS.indexOf(one) <= PRIVACY_LABELS.indexOf(strictest))).toBe(true);
      expect(strictestPrivacy(...labels.toReversed())).toBe(strictest);
    }),
  );
});

it('lets everything but secrets leave the machine', () => {
  expect(PRIVACY_LABELS.map(mayLeaveMachine)).toEqual([true, true, false]);
});

it.each(['SECRET', 'Secret ', 'top secret', '', undefined, null, 5])('%j is no label anybody knows: it stays on the machine, and no other label lowers it', (unknown) => {
  expect(mayLeaveMachine(unknown as Privacy)).toBe(false);
  if (unknown !== undefined) for (const label of PRIVACY_LABELS) expect([strictestPrivacy(unknown as Privacy, label), strictestPrivacy(label, unknown as Privacy)]).toEqual(['secret', 'secret']);
});
