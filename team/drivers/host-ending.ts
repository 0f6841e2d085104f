const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

let watchers = 0;
let isEnding = false;
let heard: NodeJS.Signals[] = [];
const hear = (): void => void (isEnding = true);

/** Whether the program around the team has been told to end. */
export interface HostEnding {
  isEnding(): boolean;
  /** Stops listening. */
  forget(): void;
}

/**
 * Listens for what tells n8n to end, only where n8n listens itself: a listener of ours alone would keep another program alive.
 * One pair of listeners serves all teams of the process.
 */
export function watchHostEnding(): HostEnding {
  watchers += 1;
  if (watchers === 1) {
    heard = SIGNALS.filter((signal) => process.listenerCount(signal) > 0);
    for (const signal of heard) process.prependListener(signal, hear);
  }
  let isWatching = true;
  return {
    isEnding: () => isEnding,
    forget() {
      if (!isWatching) return;
      isWatching = false;
      watchers -= 1;
      if (watchers === 0) for (const signal of heard) process.off(signal, hear);
    },
  };
}
