import type { Logger, LoggerState } from './logger.ts';

/**
 * Opens each logger with its own state: the states are assigned by type and, within a type, by their order, so that a logger
 * can be added to a fit that goes on.
 */
export async function openLoggers(
  loggers: readonly Logger[],
  states: readonly LoggerState[],
): Promise<void> {
  const left = [...states];
  for (const logger of loggers) {
    const at = left.findIndex(({ type }) => type === logger.type);
    const [state = null] = at < 0 ? [] : left.splice(at, 1);
    await logger.open(state);
  }
}
