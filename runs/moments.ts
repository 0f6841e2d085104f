/*
 * Moments that were written down are compared with the clock, and a clock may be set back (by an hour, say, or by NTP after a wrong start).
 * What was due in 20 s would then be due in an hour. A moment that lies further ahead than it ever can is therefore taken for one of the earlier clock.
 */

/** Longest lease of a run that is given. Living holders renew far sooner. */
export const MAX_LEASE_MS = 60_000;

/** Is a moment that was at most `longestMs` ahead when it was written still to come? */
export function isAhead(momentMs: number, longestMs: number, nowMs: number): boolean {
  return momentMs > nowMs && momentMs <= nowMs + longestMs;
}

/** Have `ms` passed since a moment that was the present when it was written? */
export function havePassed(ms: number, sinceMs: number, nowMs: number): boolean {
  return !isAhead(sinceMs + ms, 2 * ms, nowMs);
}
