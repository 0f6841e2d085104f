/** How long runs, their steps and their events are kept, from birth. */
export const DEFAULT_TTL_MS = 30 * 24 * 60 * 60 * 1_000;
