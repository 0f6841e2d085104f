export type { Privacy } from './labels';
export { DEFAULT_PRIVACY, PRIVACY_LABELS, mayLeaveMachine, strictestPrivacy } from './labels';
