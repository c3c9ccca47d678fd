import { loadEngine } from '@limber/engine';
import { createMovenetDetector } from '@limber/model-zoo';
import type { LoadPredictorOptions, Predictor } from '@limber/pose-trainer';
import { loadPredictor } from '@limber/pose-trainer';
import { engineOptionsOf } from '../../ranks/rank-place.ts';
import type { RankPlace } from '../../ranks/slurm-place.ts';
import type { PredictOptions } from './predict-options.ts';

/** Which model is loaded, and where the persons are. */
export interface OpenPredictorOptions
  extends
    Pick<PredictOptions, 'weights' | 'wholeImage' | 'minPersonScore'>,
    Pick<LoadPredictorOptions, 'flipTest' | 'batchSize' | 'onNotice'> {
  readonly boxes?: string | undefined;
}

/**
 * Loads the model, and a person detector unless it is said where the persons are.
 *
 * @param place - of several processes: which one this is.
 */
export async function openPredictor(
  {
    weights,
    boxes,
    wholeImage,
    minPersonScore,
    onNotice = (line) => void process.stderr.write(`${line}\n`),
    ...options
  }: OpenPredictorOptions,
  place: RankPlace | null = null,
): Promise<Predictor> {
  const engine = await loadEngine(place === null ? {} : engineOptionsOf(place, process.env));
  const isDetecting = boxes === undefined && !wholeImage;
  return loadPredictor(weights, {
    ...options,
    engine,
    onNotice,
    ...(isDetecting && {
      detector: await createMovenetDetector(engine, { onNotice, minimumScore: minPersonScore }),
    }),
  });
}
