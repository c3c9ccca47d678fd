import { exitCodes } from './exit-codes.ts';

/** The first SIGINT or SIGTERM: nothing of a half-written folder is kept. */
export class Interrupted extends Error {
  readonly exitCode: number;

  /** @param signal - of `abortOnSignals`, aborted. */
  constructor(signal: AbortSignal) {
    super('Interrupted: nothing was written.');
    this.exitCode = signal.reason === 'SIGTERM' ? exitCodes.terminated : exitCodes.interrupted;
  }
}
