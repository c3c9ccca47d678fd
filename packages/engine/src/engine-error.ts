/** What went wrong, for code that has to react to it. */
export type EngineErrorCode =
  | 'already-loaded'
  | 'command-failed'
  | 'invalid-argument'
  | 'invalid-package'
  | 'invalid-wheel'
  | 'not-provisioned'
  | 'shape-mismatch'
  | 'tensor-leak'
  | 'unsupported-platform'
  | 'unsupported-precision';

/** The one error this package throws; its message says what happened and what to do. */
export class EngineError extends Error {
  readonly code: EngineErrorCode;

  constructor(code: EngineErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'EngineError';
    this.code = code;
  }
}
