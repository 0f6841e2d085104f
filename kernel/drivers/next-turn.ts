/** Lets whatever else waits in this process run first: sockets, timers, signals. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
