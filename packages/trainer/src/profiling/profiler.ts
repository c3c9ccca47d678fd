/** Called when each part of a run begins and ends. Parts may be nested, but not in themselves. */
export interface Profiler {
  start(action: string): void;
  stop(action: string): void;
}

/** What one action took, all its calls together. */
interface ProfiledAction {
  readonly action: string;
  readonly calls: number;
  readonly totalMs: number;
  readonly meanMs: number;
  /** Part of the time from the first start to the last stop. Parts within parts count twice. */
  readonly share: number;
}

/** A profiler that keeps one sum for each action. */
export interface SimpleProfiler extends Profiler {
  /** Longest first. */
  summary(): readonly ProfiledAction[];
  /** The summary as lines of text. */
  describe(): string;
}

/**
 * Adds up how long each action takes: steps, hooks by name, waiting for data, saving. Each call reads the clock twice.
 *
 * @param options.now - milliseconds from any start.
 */
export function createSimpleProfiler({
  now = () => performance.now(),
}: { readonly now?: () => number } = {}): SimpleProfiler {
  const sums = new Map<string, { calls: number; totalMs: number; startedAt: number }>();
  let first: number | null = null;
  let last = 0;
  const summary = (): ProfiledAction[] => {
    const wholeMs = Math.max(last - (first ?? 0), Number.MIN_VALUE);
    return [...sums]
      .map(([action, { calls, totalMs }]) => {
        return { action, calls, totalMs, meanMs: totalMs / calls, share: totalMs / wholeMs };
      })
      .filter(({ calls }) => calls > 0)
      .sort((a, b) => b.totalMs - a.totalMs);
  };
  return {
    start: (action) => {
      const at = now();
      first ??= at;
      let sum = sums.get(action);
      if (sum === undefined) sums.set(action, (sum = { calls: 0, totalMs: 0, startedAt: at }));
      sum.startedAt = at;
    },
    stop: (action) => {
      last = now();
      const sum = sums.get(action);
      if (sum === undefined) throw new Error(`"${action}" was stopped, but never started.`);
      sum.calls++;
      sum.totalMs += last - sum.startedAt;
    },
    summary,
    describe: () => tableOf(summary()),
  };
}

function tableOf(actions: readonly ProfiledAction[]): string {
  const rows = [
    ['action', 'calls', 'total s', 'mean ms', '%'],
    ...actions.map(({ action, calls, totalMs, meanMs, share }) => [
      action,
      `${calls}`,
      (totalMs / 1000).toFixed(3),
      meanMs.toFixed(3),
      (share * 100).toFixed(1),
    ]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!),
        )
        .join('  '),
    )
    .join('\n');
}
