import { errorFacts, isAiosError } from '../kernel';
import type { AgentDeps } from '../agents';
import type { Router } from '../router';

/** What every model of use has at least. */
const LEAST_WINDOW_TOKENS = 4_096;

/** The smallest context among the models the router would ask now; the least there is where it can name none. */
export function windowTokensOf(router: Pick<Router, 'explain' | 'models'>): AgentDeps['windowTokens'] {
  return async ({ privacy, role, preset }, signal) => {
    try {
      const { candidates } = await router.explain({ messages: [{ role: 'user', text: 'How much can you hold?' }], facts: { privacy, role, ...(preset && { preset }) } }, signal);
      const names = new Set(candidates.filter(({ rejected }) => rejected === undefined).map(({ model }) => model));
      const windows = (await router.models(signal)).filter(({ id }) => names.has(id)).map(({ contextTokens }) => contextTokens);
      return windows.length === 0 ? LEAST_WINDOW_TOKENS : Math.max(LEAST_WINDOW_TOKENS, Math.min(...windows));
    } catch (error) {
      // Who may answer shows when he is asked; that says it better.
      if (isAiosError(error) && errorFacts(error).code !== 'CANCELLED') return LEAST_WINDOW_TOKENS;
      throw error;
    }
  };
}
