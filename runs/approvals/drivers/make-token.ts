import { randomBytes } from 'node:crypto';

/** A token of 192 random bits, with a beginning by which leaked ones are found. */
export function makeApproverToken(): string {
  return `aios_ap_${randomBytes(24).toString('base64url')}`;
}
