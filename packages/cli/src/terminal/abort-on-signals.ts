import { exitCodes } from './exit-codes.ts';

/** A signal that is aborted by the first SIGINT or SIGTERM; the second one ends the process at once. */
export function abortOnSignals(): AbortSignal {
  const controller = new AbortController();
  const codes = { SIGINT: exitCodes.interrupted, SIGTERM: exitCodes.terminated } as const;
  for (const [name, code] of Object.entries(codes)) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(code);
      controller.abort(name);
    });
  }
  return controller.signal;
}
