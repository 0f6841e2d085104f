/** From least to most protected. `secret` never leaves the machine. */
export const PRIVACY_LABELS = ['public', 'internal', 'secret'] as const;
export type Privacy = (typeof PRIVACY_LABELS)[number];
export const DEFAULT_PRIVACY: Privacy = 'internal';

/** Labels only ever rise: of several, the strictest holds, and what is no label counts as the strictest of all. Without any, the default. */
export function strictestPrivacy(...labels: ReadonlyArray<Privacy | undefined>): Privacy {
  const known = labels.filter((label) => label !== undefined);
  if (known.length === 0) return DEFAULT_PRIVACY;
  if (known.some((label) => !PRIVACY_LABELS.includes(label))) return 'secret';
  return known.reduce((strictest, label) => (PRIVACY_LABELS.indexOf(label) > PRIVACY_LABELS.indexOf(strictest) ? label : strictest));
}

/** May text with this label be sent to a service outside this machine? Only where that is known: a label nobody knows keeps it here. */
export function mayLeaveMachine(privacy: Privacy): boolean {
  return privacy === 'public' || privacy === 'internal';
}
