import { setMaxListeners } from 'node:events';

/** How a run is asked to stop. */
export interface StopSignals {
  /** Aborted by the first SIGINT or SIGTERM: save and end. */
  readonly ending: AbortSignal;
  /** Aborted by a second one, or when saving takes too long: end now. */
  readonly killing: AbortSignal;
  /** The signal that came first. */
  received(): 'SIGINT' | 'SIGTERM' | undefined;
  /** Stops listening. */
  dispose(): void;
}

/** How long stages may take to save before they are killed. */
const graceMs = 60_000;

/**
 * A terminal's Ctrl-C reaches the runner, and the task runner that started it passes the signal on:
 * what arrives this soon after the first signal is the same request.
 */
const sameRequestMs = 1_000;

/** Listens for SIGINT and SIGTERM until disposed. */
export function listenForStop(onEnding: (signal: 'SIGINT' | 'SIGTERM') => void): StopSignals {
  const ending = new AbortController();
  const killing = new AbortController();
  setMaxListeners(0, ending.signal, killing.signal);
  let first: { readonly signal: 'SIGINT' | 'SIGTERM'; readonly at: number } | undefined;
  let grace: NodeJS.Timeout | undefined;
  const receive = (signal: NodeJS.Signals): void => {
    if (signal !== 'SIGINT' && signal !== 'SIGTERM') return;
    if (first === undefined) {
      first = { signal, at: performance.now() };
      grace = setTimeout(() => killing.abort(), graceMs);
      onEnding(signal);
      ending.abort();
    } else if (performance.now() - first.at > sameRequestMs) killing.abort();
  };
  process.on('SIGINT', receive);
  process.on('SIGTERM', receive);
  return {
    ending: ending.signal,
    killing: killing.signal,
    received: () => first?.signal,
    dispose() {
      clearTimeout(grace);
      process.removeListener('SIGINT', receive);
      process.removeListener('SIGTERM', receive);
    },
  };
}
