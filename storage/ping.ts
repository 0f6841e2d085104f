/** What a service said when asked whether it is there. `detail` is one line for a person; it never holds a secret. */
export interface PingResult {
  ok: boolean;
  detail: string;
  latencyMs: number;
}

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
  CERT_HAS_EXPIRED: 'its certificate has expired',
};

interface Fault {
  code?: unknown;
  errors?: Fault[];
  cause?: Fault;
}

/** A network fault in words, by its code; undefined when the error has none. */
export function networkReason(error: unknown): string | undefined {
  for (let current = error as Fault | undefined; current; current = current.cause) {
    // Happy eyeballs: one error per address tried; the first says enough.
    const found = current.code ?? current.errors?.[0]?.code;
    if (typeof found === 'string') return REASONS[found] ?? `the connection failed (${found})`;
  }
  return undefined;
}

/** Times `ask`; whatever it throws becomes a result. */
export async function timed(ask: () => Promise<{ ok: boolean; detail: string }>, explain: (error: unknown) => string): Promise<PingResult> {
  const startedMs = performance.now();
  const answer = await ask().catch((error: unknown) => ({ ok: false, detail: explain(error) }));
  return { ...answer, latencyMs: Math.round(performance.now() - startedMs) };
}
