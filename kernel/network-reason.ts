// In words, not as bare codes: n8n replaces an error message that holds a code by a sentence of its own.
const REASONS: Record<string, string> = {
  ECONNREFUSED: 'nothing listens at this address',
  ECONNRESET: 'the connection was cut',
  ENOTFOUND: 'the host name is unknown',
  EAI_AGAIN: 'the host name could not be looked up',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ETIMEDOUT: 'no answer in time',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is self-signed',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate cannot be verified',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate cannot be verified',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak https',
  CERT_HAS_EXPIRED: 'its certificate has expired',
};

interface Fault {
  code?: unknown;
  errors?: Fault[];
  cause?: Fault;
}

/** A network fault in words, by its code or the code of a cause; undefined when there is none. */
export function networkReason(error: unknown): string | undefined {
  for (let current = error as Fault | undefined; current; current = current.cause) {
    // Happy eyeballs: one error per address tried; the first says enough.
    const found = current.code ?? current.errors?.[0]?.code;
    if (typeof found === 'string') return REASONS[found] ?? 'the connection failed';
  }
  return undefined;
}
