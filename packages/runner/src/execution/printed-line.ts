import type { ZodType } from 'zod';
import { z } from 'zod';
import { parseJson } from '../json.ts';
import type { StageUpdate } from './stage-task.ts';

/** A printed line as the runner understands it. */
export type PrintedLine =
  | { readonly type: 'output' }
  | { readonly type: 'report'; readonly report: StageUpdate }
  | { readonly type: 'malformed'; readonly problem: string };

const prefix = '::limber ';

const newsSchema: ZodType<StageUpdate> = z.strictObject({
  metrics: z.record(z.string().min(1), z.number()).optional(),
  plot: z.strictObject({ name: z.string().min(1), x: z.number(), y: z.number() }).optional(),
  provenance: z.record(z.string().min(1), z.string()).optional(),
  progress: z.string().optional(),
  warning: z.string().optional(),
});

/**
 * Reads a line that a stage printed. A line that begins with `::limber ` is a report, in JSON, with
 * any of these keys:
 * ```text
 * ::limber {"metrics": {"AP": 0.71}}
 * ::limber {"plot": {"name": "loss", "x": 3, "y": 0.52}}
 * ::limber {"provenance": {"engine": "TensorFlow 2.9.1"}}
 * ::limber {"progress": "epoch 3 of 10"}
 * ::limber {"warning": "12 images were skipped"}
 * ```
 */
export function readPrintedLine(line: string): PrintedLine {
  if (!line.startsWith(prefix)) return { type: 'output' };
  const parsed = parseJson(line.slice(prefix.length));
  const checked = newsSchema.safeParse(parsed);
  if (checked.success) return { type: 'report', report: checked.data };
  const keys = 'metrics, plot, provenance, progress or warning';
  return { type: 'malformed', problem: `this is no report, expected JSON with ${keys}: ${line}` };
}
