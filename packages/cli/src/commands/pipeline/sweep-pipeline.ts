import { LimberError } from '@limber/files';
import type { PipelineResult, RunPipelineOptions } from '@limber/runner';
import { runPipeline } from '@limber/runner';
import { parse, stringify } from 'yaml';

/** One combination of values. */
interface SweepRun {
  readonly overrides: readonly string[];
  /** Counts from 1 to `count`. */
  readonly number: number;
  readonly count: number;
}

/** How a combination came out. */
export interface SweepResult extends PipelineResult {
  readonly overrides: readonly string[];
}

/** What is run with which values. */
export interface SweepOptions extends Omit<RunPipelineOptions, 'dryRun'> {
  /** `key=value,value,…` */
  readonly overrides: readonly string[];
  /** More combinations than this are an error. */
  readonly maxRuns: number;
  readonly onRun?: (run: SweepRun) => void;
  /** What a combination is made with. */
  readonly provenanceOf?: (overrides: readonly string[]) => Promise<object>;
}

/**
 * Runs a pipeline once for each combination of values. What the combinations share is made once, and
 * a sweep that is begun again makes only what is missing. A run that fails does not stop the others;
 * an interrupted one does.
 *
 * @throws {LimberError} `invalid-argument`, or {PipelineError}, if a combination is wrong; nothing has
 *   run then.
 */
export async function sweepPipeline(options: SweepOptions): Promise<SweepResult[]> {
  const { maxRuns, onRun, onEvent, provenanceOf, ...shared } = options;
  const combinations = expandSweep(options.overrides, maxRuns);
  for (const overrides of combinations) await runPipeline({ ...shared, overrides, dryRun: true });
  const events = onEvent === undefined ? {} : { onEvent };
  const results: SweepResult[] = [];
  for (const [index, overrides] of combinations.entries()) {
    onRun?.({ overrides, number: index + 1, count: combinations.length });
    const made = provenanceOf && { provenance: () => provenanceOf(overrides) };
    const result = await runPipeline({ ...shared, ...events, ...made, overrides });
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
    throw new LimberError('invalid-argument', {
      where: 'limber pipeline sweep',
      what: `${count} combinations`,
      expected: `at most ${maxRuns}`,
      fix: 'Give fewer values, or allow more with --max-runs.',
    });
  }
  return [...values.values()].reduce<string[][]>(
    (before, own) => before.flatMap((chosen) => [...own].map((value) => [...chosen, value])),
    [[]],
  );
}

function parseValues(text: string, list: string): string[] {
  const layout = { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 } as const;
  try {
    if (!text.includes('=')) throw new Error('it has no value');
    const values =
      list === '' ? [null] : (parse(`[${list}]`, { prettyErrors: false }) as unknown[]);
    return values.map((value) => stringify(value, layout).trim());
  } catch (error) {
    const { message: what } = error as Error;
    const expected = '<parameter>=<value>,<value>';
    const problem = { where: `--set ${text}`, what, expected };
    throw new LimberError('invalid-argument', problem, { cause: error });
  }
}
