/** What a service said when asked whether it is there. `detail` is one line for a person; it never holds a secret. */
export interface PingResult {
  ok: boolean;
  detail: string;
  latencyMs: number;
  /** Unset where the service does not tell. */
  version?: string;
}

/** Times `ask`; whatever it throws becomes a result. */
export async function timed<T extends Omit<PingResult, 'latencyMs'>>(ask: () => Promise<T>, explain: (error: unknown) => string): Promise<(T | Omit<PingResult, 'latencyMs'>) & { latencyMs: number }> {
  const startedMs = performance.now();
  const answer = await ask().catch((error: unknown) => ({ ok: false, detail: explain(error) }));
  return { ...answer, latencyMs: Math.round(performance.now() - startedMs) };
}
