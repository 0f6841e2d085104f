/** One line per event; `facts` are small and never hold a prompt, an answer or a secret. */
export interface Logger {
  debug(message: string, facts?: LogFacts): void;
  info(message: string, facts?: LogFacts): void;
  warn(message: string, facts?: LogFacts): void;
  error(message: string, facts?: LogFacts): void;
}
export type LogFacts = Record<string, string | number | boolean | null | undefined>;

/** Wraps a logger so that a secret that slipped into a message or fact is masked before it is written. */
export function redactingLogger(inner: Logger, mask: (text: string) => string): Logger {
  const maskFacts = (facts: LogFacts | undefined) =>
    facts && Object.fromEntries(Object.entries(facts).map(([key, value]) => [key, typeof value === 'string' ? mask(value) : value]));
  return {
    debug: (message, facts) => inner.debug(mask(message), maskFacts(facts)),
    info: (message, facts) => inner.info(mask(message), maskFacts(facts)),
    warn: (message, facts) => inner.warn(mask(message), maskFacts(facts)),
    error: (message, facts) => inner.error(mask(message), maskFacts(facts)),
  };
}

export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
