import { exitCodes } from './exit-codes.ts';

/** The first SIGINT or SIGTERM. */
export class Interrupted extends Error {
  readonly exitCode: number;

  /**
   * @param signal - of `abortOnSignals`, aborted.
   * @param message - what that means; by default, that nothing of a half-written folder is kept.
   */
  constructor(signal: AbortSignal, message = 'Interrupted: nothing was written.') {
    super(message);
    this.exitCode = signal.reason === 'SIGTERM' ? exitCodes.terminated : exitCodes.interrupted;
  }
}
