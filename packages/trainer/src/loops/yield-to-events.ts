import { setImmediate } from 'node:timers/promises';

/**
 * Lets signals, messages and timers have their turn.
 *
 * A step is synchronous, and batches that workers hand over while it runs keep Node within one turn of its event loop for as
 * long as they keep coming: without this, a SIGTERM can wait for many steps.
 */
export async function yieldToEvents(): Promise<void> {
  await setImmediate();
}
