/** What a service said when asked whether it is there. `detail` is one line for a person; it never holds a secret. */
export interface PingResult {
  ok: boolean;
  detail: string;
  latencyMs: number;
}

/** Times `ask`; whatever it throws becomes a result. */
export async function timed(ask: () => Promise<{ ok: boolean; detail: string }>, explain: (error: unknown) => string): Promise<PingResult> {
  const startedMs = performance.now();
  const answer = await ask().catch((error: unknown) => ({ ok: false, detail: explain(error) }));
  return { ...answer, latencyMs: Math.round(performance.now() - startedMs) };
}
