import { closeSync, fstatSync, openSync, statSync } from 'node:fs';
import { isMissing } from '../errors/is-missing.ts';
import { livenessOf } from './process-identity.ts';

/** What a look at a process has shown. */
export interface Sighting {
  /** `unsure`: it cannot be seen from here, and its heartbeat has not been watched for long enough. */
  readonly life: 'alive' | 'dead' | 'unsure';
  /** How long its heartbeat has been seen not to move, in ms; 0 at the first look. */
  readonly silentMs: number;
}

/** Tells living processes from dead ones, those of other machines and containers too. */
export interface LifeWatch {
  /**
   * Looks at a process now.
   *
   * @param identity - from `currentProcess()`.
   * @param heartbeat - the path that the process gave to `startHeartbeat`.
   */
  look(identity: string, heartbeat: string): Sighting;
}

/** Between two looks at most this much silence is counted: the watcher may have been stopped itself. */
const longestGapMs = 1_000;

/**
 * Starts watching. A process of this machine and PID namespace is seen directly. Any other one is
 * alive once its heartbeat was seen to move, and dead once it was seen not to for `silenceMs`.
 * Only the watcher's own clock is read, and only while it looks, at least once a second: clocks of
 * two machines are never compared.
 *
 * @param options.silenceMs - how long a living process may be silent; its heart beats every 2 s.
 */
export function createLifeWatch({
  silenceMs = 15_000,
}: { readonly silenceMs?: number } = {}): LifeWatch {
  const seen = new Map<string, Watched>();
  return {
    look(identity, heartbeat) {
      const watched = observe(seen.get(identity), readBeat(heartbeat));
      seen.set(identity, watched);
      const { silentMs, hasMoved } = watched;
      const liveness = livenessOf(identity);
      if (liveness !== 'elsewhere') return { life: liveness, silentMs };
      if (silentMs >= silenceMs) return { life: 'dead', silentMs };
      return { life: hasMoved ? 'alive' : 'unsure', silentMs };
    },
  };
}

interface Watched {
  readonly beat: number;
  readonly hasMoved: boolean;
  readonly silentMs: number;
  /** Of the last look, by the monotonic clock. */
  readonly at: number;
}

function observe(before: Watched | undefined, beat: number): Watched {
  const at = performance.now();
  if (before?.beat !== beat) return { beat, hasMoved: before !== undefined, silentMs: 0, at };
  const silentMs = before.silentMs + Math.min(at - before.at, longestGapMs);
  return { ...before, silentMs, at };
}

/** Opening makes a network file system ask its server; a mere look may be answered from its memory. */
function readBeat(path: string): number {
  try {
    // Windows does not open folders.
    if (process.platform === 'win32') return statSync(path).mtimeMs;
    const descriptor = openSync(path, 'r');
    try {
      return fstatSync(descriptor).mtimeMs;
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}
