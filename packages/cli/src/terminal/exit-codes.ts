/** What the command's exit code says. */
export const exitCodes = {
  done: 0,
  /** A stage or a check failed. */
  failed: 1,
  /** Wrong usage or invalid input. */
  invalid: 2,
  /** SIGINT; the state is saved. */
  interrupted: 130,
  /** SIGTERM; the state is saved. */
  terminated: 143,
} as const;
