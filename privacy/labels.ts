/** From least to most protected. `secret` never leaves the machine. */
export const PRIVACY_LABELS = ['public', 'internal', 'secret'] as const;
export type Privacy = (typeof PRIVACY_LABELS)[number];
export const DEFAULT_PRIVACY: Privacy = 'internal';

/** Labels only ever rise: of several, the strictest holds. Without any, the default. */
export function strictestPrivacy(...labels: ReadonlyArray<Privacy | undefined>): Privacy {
  const known = labels.filter((label) => label !== undefined);
  if (known.length === 0) return DEFAULT_PRIVACY;
  return known.reduce((strictest, label) => (PRIVACY_LABELS.indexOf(label) > PRIVACY_LABELS.indexOf(strictest) ? label : strictest));
}

/** May text with this label be sent to a service outside this machine? */
export function mayLeaveMachine(privacy: Privacy): boolean {
  return privacy !== 'secret';
}
