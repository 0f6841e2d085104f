export type { Finding, FindingKind } from './detector/finding';
export type { FindingInText, ScanOptions } from './detector/scan';
export { scanLongText, scanSlices, scanText } from './detector/scan';
export type { Privacy } from './labels';
export { DEFAULT_PRIVACY, PRIVACY_LABELS, mayLeaveMachine, strictestPrivacy } from './labels';
export { redactSecrets, redactText } from './redact';
