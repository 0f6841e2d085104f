/** A hostile path as it is written, and as a program sees it that decodes it once or twice. */
export function spellings(payload: string): string[] {
  const once = decoded(payload);
  return [...new Set([payload, once, decoded(once)])];
}

/** Byte by byte, forgiving as careless programs are: what is no valid encoding stays. */
function decoded(text: string): string {
  const wide = text.replace(/%u([0-9a-f]{4})/gi, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)));
  return wide.replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'));
}
