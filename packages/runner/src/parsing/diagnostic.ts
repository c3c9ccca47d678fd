/** One problem of a pipeline and the place to fix it. */
export interface Diagnostic {
  /** What happened, to what, what was expected, what to do. Without the place. */
  readonly message: string;
  readonly where: Place;
  /** The parameter to set, where the lack of its value is the problem. */
  readonly missingParameter?: string;
}

/** A place in a file (with the line it is on), or an option of the command line. */
export interface Place {
  /** `pipelines/squat.yaml:14:11` or `--set train.epochs=x`. */
  readonly label: string;
  readonly excerpt?: Excerpt;
}

/** The line a problem is on. Line and column count from 1. */
export interface Excerpt {
  readonly line: number;
  readonly column: number;
  /** Characters to underline, at least 1. */
  readonly length: number;
  readonly text: string;
}

/**
 * The message, its place, and the line with the culprit underlined:
 * ```text
 * Stage "train" reads "shards/val", but no stage writes it. (pipelines/tiny.yaml:14:11)
 *   14 |     val: ${{ stages.shards.val }}
 *      |          ~~~~~~~~~~~~~~~~~~~~~~~~
 * ```
 */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { message, where } = diagnostic;
  const first = `${message} (${where.label})`;
  return where.excerpt === undefined ? first : `${first}\n${formatExcerpt(where.excerpt)}`;
}

function formatExcerpt({ line, column, length, text }: Excerpt): string {
  const number = String(line).padStart(4);
  const underlined = Math.max(1, Math.min(length, text.length - column + 1));
  const squiggle = `${' '.repeat(column - 1)}${'~'.repeat(underlined)}`;
  return `${number} | ${text}\n${' '.repeat(number.length)} | ${squiggle}`;
}
