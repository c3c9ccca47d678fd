const events = ['uncaughtException', 'unhandledRejection'] as const;

/**
 * Runs something, after which the process's listeners for uncaught errors are those from before: Emscripten's code
 * adds its own when it is loaded, and removes everybody's when it is disposed.
 */
export async function keepListeners<T>(run: () => Promise<T>): Promise<T> {
  const before = events.map((event) => process.rawListeners(event) as (() => void)[]);
  try {
    return await run();
  } finally {
    for (const [index, event] of events.entries()) {
      const wanted = before[index]!;
      const present = process.rawListeners(event) as (() => void)[];
      for (const listener of present) {
        if (!wanted.includes(listener)) process.removeListener(event, listener);
      }
      for (const listener of wanted) {
        if (!present.includes(listener)) process.on(event, listener);
      }
    }
  }
}
