import { parse, stringify } from 'yaml';
import type { RunPipelineOptions } from '../execution/run-pipeline.ts';
import { runPipeline } from '../execution/run-pipeline.ts';
import { loadPipeline } from '../parsing/load-pipeline.ts';
import { PipelineError } from '../pipeline-error.ts';
import type { PipelineResult } from '../pipeline-result.ts';

/** One combination of values. */
export interface SweepRun {
  readonly overrides: readonly string[];
  /** Counts from 1 to `count`. */
  readonly number: number;
  readonly count: number;
}

/** What is run with which values. */
export interface SweepOptions extends Omit<RunPipelineOptions, 'dryRun' | 'lock'> {
  /** `key=value,value,…` */
  readonly overrides: readonly string[];
  /** More combinations than this are an error. */
  readonly maxRuns: number;
  readonly onRun?: (run: SweepRun) => void;
}

/**
 * Runs a pipeline once for each combination of values. What the combinations share is made once, and
 * a sweep that is begun again makes only what is missing. A run that fails does not stop the others;
 * an interrupted one does.
 *
 * @throws {PipelineError} if a combination is wrong; nothing has run then.
 */
export async function sweepPipeline(
  options: SweepOptions,
): Promise<(PipelineResult & Pick<SweepRun, 'overrides'>)[]> {
  const { maxRuns, onRun, ...shared } = options;
  const combinations = expandSweep(options.overrides, maxRuns);
  for (const overrides of combinations) await loadPipeline({ ...shared, overrides });
  const results: (PipelineResult & Pick<SweepRun, 'overrides'>)[] = [];
  for (const [index, overrides] of combinations.entries()) {
    onRun?.({ overrides, number: index + 1, count: combinations.length });
    const result = await runPipeline({ ...shared, overrides, lock: false });
    results.push({ overrides, ...result });
    if (result.outcome === 'interrupted') break;
  }
  return results;
}

/**
 * All combinations of `key=value,value` texts, each as overrides of one run. Values are separated as
 * in a YAML list, so that `[160,128],[256,192]` is two lists.
 */
function expandSweep(texts: readonly string[], maxRuns: number): string[][] {
  const values = new Map<string, Set<string>>();
  for (const text of texts) {
    const [key = '', ...rest] = text.split('=');
    const own = values.get(key) ?? new Set();
    for (const value of parseValues(text, rest.join('='))) own.add(`${key}=${value}`);
    values.set(key, own);
  }
  const count = [...values.values()].reduce((product, { size }) => product * size, 1);
  if (count > maxRuns) {
    const message = `The sweep has ${count} combinations, expected at most ${maxRuns}. Give fewer values, or allow more with --max-runs.`;
    throw new PipelineError('invalid-sweep', message);
  }
  return [...values.values()].reduce<string[][]>(
    (before, own) => before.flatMap((chosen) => [...own].map((value) => [...chosen, value])),
    [[]],
  );
}

function parseValues(text: string, list: string): string[] {
  try {
    if (!text.includes('=')) throw new Error('there is no value');
    const values =
      list === '' ? [null] : (parse(`[${list}]`, { prettyErrors: false }) as unknown[]);
    return values.map((value) =>
      stringify(value, {
        collectionStyle: 'flow',
        flowCollectionPadding: false,
        lineWidth: 0,
      }).trim(),
    );
  } catch (error) {
    const message = `Expected --set <parameter>=<value>,<value>, got "${text}": ${(error as Error).message}.`;
    throw new PipelineError('invalid-sweep', message, { where: `--set ${text}` });
  }
}
