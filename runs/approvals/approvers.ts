import { timingSafeEqual } from 'node:crypto';
import { InvalidInputError, sha256 } from '../../kernel';

/** Who may decide. The token itself is kept nowhere. */
export interface Approver {
  name: string;
  /** SHA-256 (hex) of the token: 192 random bits need no slow hash. */
  tokenHash: string;
  /** 0 where it is not known. */
  addedAtMs: number;
  /** Not in the store: n8n's environment names him (AIOS_APPROVERS). */
  from?: 'environment';
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

/** As a name is kept. @throws {InvalidInputError} */
export function checkedName(name: string): string {
  const trimmed = name.normalize('NFC').trim();
  if (NAME.test(trimmed) && !['policy', 'time'].includes(personKey(trimmed))) return trimmed;
  throw new InvalidInputError(`"${trimmed.slice(0, 60)}" cannot be the name of an approver.`, { hint: 'Take letters, digits, spaces, ".", "_", "@" and "-", at most 60; "policy" and "time" are taken.' });
}

/** By what persons are told apart. Case, the spaces between words, the form of a letter and what nobody sees do not count. */
export function personKey(name: string): string {
  const visible = name.normalize('NFKC').replace(/\p{Default_Ignorable_Code_Point}/gu, '');
  // By capitals, because some letters have two small forms or become two letters.
  return visible.toUpperCase().toLowerCase().normalize('NFKC').replace(/\s+/g, ' ').trim();
}

/** No approver's name can end in this. */
const UNPROVEN = ' (unproven)';

/** The name of a submitter that was sent and that no token proves, as everybody is shown it. */
export function unproven(name: string): string {
  return `${name}${UNPROVEN}`;
}

/** Is it this approver who asked, proven or by a name that was sent? */
export function isAsker(asker: string, approver: string): boolean {
  return personKey(asker).replace(/( \(unproven\))+$/, '') === personKey(approver);
}

/** What stands in the environment was hashed by somebody else: a word he made up could be guessed from its hash, so it is no token. */
const MADE_TOKEN = /^aios_ap_[\w-]{32}$/;

/** @param token as the person sent it @returns the approver it belongs to */
export function approverOf(token: string, approvers: readonly Approver[]): Approver | undefined {
  const given = Buffer.from(sha256(token), 'hex');
  // All are compared, so that the time taken says nothing about which one came close.
  return approvers.filter(({ tokenHash, from }) => timingSafeEqual(given, Buffer.from(tokenHash, 'hex')) && (from === undefined || MADE_TOKEN.test(token)))[0];
}
