import { LimberError } from '@limber/files';
import type { RunningTrainer } from '../hooks/running-trainer.ts';
import type { NamedWeight } from '../hooks/trained-module.ts';
import type { Run } from '../loops/run.ts';
import type { CheckpointContents, CheckpointEnvironment } from './checkpoint.ts';
import type { NamedArrays } from './named-arrays.ts';
import { ofPrefix } from './named-arrays.ts';
import { writeOptimizer } from './optimizer-arrays.ts';

/**
 * Puts a run where a checkpoint was taken. Weights come first, then the optimizer, callbacks and loggers.
 *
 * @param source - named in messages, such as the file.
 * @throws {LimberError} `corrupt-data` if the weights are not those of the module.
 */
export async function restoreCheckpoint<Batch>(
  run: Run<Batch>,
  contents: CheckpointContents,
  source: string,
): Promise<void> {
  const { facts, arrays } = contents;
  await run.hooks.run('onLoadCheckpoint', contents);
  warnOfOtherEnvironment(run, facts.environment);
  restoreWeights(run, contents, source);
  writeOptimizer(run.optimization!.optimizer, run.module.weights, ofPrefix('optimizer', arrays));
  for (const callback of run.callbacks) {
    const key = callback.stateKey;
    if (key === undefined || !(key in facts.callbacks)) continue;
    const state = {
      values: facts.callbacks[key]!,
      arrays: ofPrefix(`callbacks/${key}`, arrays),
    };
    await callback.loadStateDict?.(state);
  }
  run.trainMetrics.reset(facts.metrics);
  Object.assign(run.callbackMetrics, facts.callbackMetrics);
  Object.assign(run.progressBarMetrics, facts.progressBarMetrics);
  run.shouldStop = facts.isStopping;
  run.position = facts.position;
  run.safePoint = { position: facts.position, loggers: facts.loggers };
}

/** Puts the weights of a checkpoint into a module, without anything else. */
export function restoreWeights<Batch>(
  { trainer, module }: Pick<Run<Batch>, 'trainer' | 'module'>,
  { arrays }: CheckpointContents,
  source: string,
): void {
  writeWeights(trainer, module.weights, ofPrefix('weights', arrays), source);
}

/**
 * Puts numbers into variables, all of them.
 *
 * @throws {LimberError} `corrupt-data` if one is missing, unknown or of another shape; nothing is written then.
 */
export function writeWeights(
  { engine: { tf } }: Pick<RunningTrainer, 'engine'>,
  weights: readonly NamedWeight[],
  arrays: NamedArrays,
  source: string,
): void {
  const fail = (what: string, expected: string, got: string): never => {
    const fix = 'Is it the checkpoint of another model?';
    throw new LimberError('corrupt-data', { where: source, what, expected, got, fix });
  };
  for (const { name, variable } of weights) {
    const shape = arrays[name]?.shape.join(', ');
    if (shape === undefined) return fail('a weight is missing', name, 'none');
    const expected = variable.shape.join(', ');
    if (shape !== expected)
      fail(`weight "${name}" of another shape`, `[${expected}]`, `[${shape}]`);
  }
  const known = new Set(weights.map(({ name }) => name));
  const unknown = Object.keys(arrays).find((name) => !known.has(name));
  if (unknown !== undefined) fail('an unknown weight', `${known.size} weights`, `"${unknown}"`);
  tf.tidy(() => {
    for (const { name, variable } of weights) {
      variable.assign(tf.tensor(arrays[name]!.data, variable.shape, 'float32'));
    }
  });
}

function warnOfOtherEnvironment<Batch>(
  { trainer }: Run<Batch>,
  before: CheckpointEnvironment,
): void {
  const { engine } = trainer;
  const now: CheckpointEnvironment = {
    engine: engine.kind,
    tensorflow: engine.tensorflowVersion,
    threads: engine.threads,
    precision: engine.precision,
  };
  const changes = (Object.keys(now) as (keyof CheckpointEnvironment)[])
    .filter((key) => now[key] !== before[key])
    .map((key) => `${key} was ${before[key]}, is ${now[key]}`);
  if (changes.length === 0) return;
  trainer.warn(
    `The checkpoint was computed elsewhere (${changes.join('; ')}): training goes on, but its weights will differ ` +
      'in their last bits from those of a run that was never interrupted.',
  );
}
