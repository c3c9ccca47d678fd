import { readFileSync, writeFileSync } from 'node:fs';

/** Watches how much memory the process holds at most. */
export interface PeakMemory {
  /** Whether `reset` starts a new peak; elsewhere than on Linux it is that of the whole process. */
  readonly canReset: boolean;
  /** Starts a new peak from what is held now. */
  reset(): void;
  /** The most bytes of main memory that the process held since the last reset. */
  read(): number;
}

/** Tells Linux to start a new peak of resident memory (proc(5), clear_refs). */
const resetPeak = '5';

/** Creates a meter of the process's resident memory; a GPU's own memory is not in it. */
export function createPeakMemory(): PeakMemory {
  const canReset = tryReset();
  return {
    canReset,
    reset: () => {
      if (canReset) tryReset();
    },
    read: () => (canReset ? readHighWaterMark() : process.resourceUsage().maxRSS * 1024),
  };
}

function tryReset(): boolean {
  try {
    writeFileSync('/proc/self/clear_refs', resetPeak);
    return true;
  } catch {
    return false;
  }
}

function readHighWaterMark(): number {
  const status = readFileSync('/proc/self/status', 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)![1]) * 1024;
}
