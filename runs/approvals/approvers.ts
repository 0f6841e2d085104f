import { timingSafeEqual } from 'node:crypto';
import { InvalidInputError, sha256 } from '../../kernel';

/** Who may decide. The token itself is kept nowhere. */
export interface Approver {
  name: string;
  /** SHA-256 (hex) of the token: 192 random bits need no slow hash. */
  tokenHash: string;
  addedAtMs: number;
}

/** The approvers of a team. Adding and removing leave a line in the audit log. */
export interface ApproverStore {
  list(): Promise<Approver[]>;
  /** @throws {ApproverExistsError} */
  add(name: string, tokenHash: string): Promise<void>;
  /** @returns false when there is none of this name */
  remove(name: string): Promise<boolean>;
}

const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._@-]{0,59}$/u;

/** As approvers are told apart: case does not count. @throws {InvalidInputError} */
export function checkedName(name: string): string {
  const trimmed = name.trim();
  if (NAME.test(trimmed) && trimmed.toLowerCase() !== 'policy' && trimmed.toLowerCase() !== 'time') return trimmed;
  throw new InvalidInputError(`"${trimmed.slice(0, 60)}" cannot be the name of an approver.`, { hint: 'Take letters, digits, spaces, ".", "_", "@" and "-", at most 60; "policy" and "time" are taken.' });
}

/** @param token as the person sent it @returns the approver it belongs to */
export function approverOf(token: string, approvers: readonly Approver[]): Approver | undefined {
  const given = Buffer.from(sha256(token), 'hex');
  // All are compared, so that the time taken says nothing about which one came close.
  return approvers.filter(({ tokenHash }) => timingSafeEqual(given, Buffer.from(tokenHash, 'hex')))[0];
}
