import * as crypto from 'node:crypto';

/** Makes identifiers that sort by time and cannot be guessed. */
export type MakeId = () => string;

// Node 24.? brought randomUUIDv7; older Nodes that n8n may run on get the same layout (RFC 9562 §5.7) from here.
const native = (crypto as { randomUUIDv7?: () => string }).randomUUIDv7;

export const makeId: MakeId = native ?? uuidV7;

function uuidV7(): string {
  const bytes = crypto.randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
