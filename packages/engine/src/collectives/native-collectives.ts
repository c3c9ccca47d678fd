/** How the addon ends operations that take too long. */
export interface NativeCollectives {
  /** Why they could not be enabled; empty if they are, or were not asked for. */
  readonly failure: string;
  arm(milliseconds: number): void;
  disarm(): void;
  abort(reason: string): void;
  isAlive(rank: number, timeoutMs: number): boolean;
}
