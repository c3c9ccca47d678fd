/** What went wrong, as a closed set that a caller can switch over. */
export type LimberErrorCode =
  | 'invalid-annotations'
  | 'invalid-argument'
  | 'invalid-config'
  | 'invalid-image'
  | 'invalid-skeleton'
  | 'missing-file'
  | 'shape-mismatch'
  | 'corrupt-data'
  | 'limit-exceeded';

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
 * The error of every Limber package that handles keypoint data.
 *
 * The caller's input is at fault, so the command line ends with exit code 2.
 */
export class LimberError extends Error {
  override readonly name = 'LimberError';
  readonly code: LimberErrorCode;
  readonly where: string | undefined;
  readonly exitCode = 2;

  constructor(code: LimberErrorCode, problem: Problem, options?: { readonly cause?: unknown }) {
    super(describeProblem(problem), options);
    this.code = code;
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
