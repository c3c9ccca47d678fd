/** What went wrong, as a closed set that a caller can switch over. */
export type LimberErrorCode =
  | 'augmentation-failed'
  | 'invalid-annotations'
  | 'invalid-argument'
  | 'invalid-config'
  | 'invalid-image'
  | 'invalid-skeleton'
  | 'missing-file'
  | 'shape-mismatch'
  | 'corrupt-data'
  | 'limit-exceeded'
  | MachineErrorCode;

/** What is wrong with the machine or a run on it, not with the input. */
type MachineErrorCode =
  | 'already-loaded'
  | 'command-failed'
  | 'gpu-unavailable'
  | 'invalid-package'
  | 'invalid-wheel'
  | 'lease-lost'
  | 'not-provisioned'
  | 'rank-lost'
  | 'tensor-leak'
  | 'unsupported-platform'
  | 'unsupported-precision'
  | 'worker-failed';

const machineErrorCodes: ReadonlySet<LimberErrorCode> = new Set<MachineErrorCode>([
  'already-loaded',
  'command-failed',
  'gpu-unavailable',
  'invalid-package',
  'invalid-wheel',
  'lease-lost',
  'not-provisioned',
  'rank-lost',
  'tensor-leak',
  'unsupported-platform',
  'unsupported-precision',
  'worker-failed',
]);

/** The four parts of a message: what happened to what, what was expected, what came, what to do. */
export interface Problem {
  /** The file, id and field, such as `train.json: annotations[12].keypoints`. */
  readonly where?: string;
  readonly what: string;
  readonly expected?: string;
  readonly got?: string;
  readonly fix?: string;
}

/**
 * The error of every Limber package.
 *
 * The command line ends with its exit code: 2 where the caller's input is at fault, 1 where it is the
 * machine.
 */
export class LimberError extends Error {
  override readonly name = 'LimberError';
  readonly code: LimberErrorCode;
  readonly where: string | undefined;
  readonly exitCode: 1 | 2;

  constructor(code: LimberErrorCode, problem: Problem, options?: { readonly cause?: unknown }) {
    super(describeProblem(problem), options);
    this.code = code;
    this.exitCode = machineErrorCodes.has(code) ? 1 : 2;
    this.where = problem.where;
  }
}

/**
 * Joins the parts of a problem into one line.
 *
 * @example
 * describeProblem({ where: 'a.json: annotations[3].bbox', what: 'not a box', expected: '4 numbers', got: '3' })
 * // 'a.json: annotations[3].bbox: not a box: expected 4 numbers, got 3.'
 */
export function describeProblem(problem: Problem): string {
  const { where, what, expected, got, fix } = problem;
  const place = where === undefined ? '' : `${where}: `;
  const comparison = [
    expected === undefined ? [] : [`expected ${expected}`],
    got === undefined ? [] : [`got ${got}`],
  ]
    .flat()
    .join(', ');
  const statement = [what, comparison].filter((part) => part !== '').join(': ');
  return `${place}${statement}.${fix === undefined ? '' : ` ${fix}`}`;
}
