import type { Callback } from '../hooks/callback.ts';
import type { ProgressLineOptions } from './tell-progress.ts';
import { tellProgress } from './tell-progress.ts';

/**
 * As the progress line, for programs: one JSON object a line, `{"event":"progress" | "validated", ...}` with the fields of a
 * {@link ProgressReport}.
 */
export function createProgressJson<Batch>(options: ProgressLineOptions<Batch>): Callback<Batch> {
  return tellProgress(options, (event, report) => JSON.stringify({ event, ...report }));
}
