import { loadEngine } from '@limber/engine';
import { createMovenetDetector } from '@limber/model-zoo';
import type { Predictor } from '@limber/pose-trainer';
import { loadPredictor } from '@limber/pose-trainer';
import type { PredictOptions } from './predict-options.ts';

/** Loads the model, and a person detector unless it is said where the persons are. */
export async function openPredictor(options: PredictOptions): Promise<Predictor> {
  const { weights, flipTest, batchSize, minPersonScore } = options;
  const onNotice = (line: string): void => void process.stderr.write(`${line}\n`);
  const engine = await loadEngine();
  const isDetecting = options.boxes === undefined && !options.wholeImage;
  return loadPredictor(weights, {
    engine,
    onNotice,
    flipTest,
    batchSize,
    ...(isDetecting && {
      detector: await createMovenetDetector(engine, { onNotice, minimumScore: minPersonScore }),
    }),
  });
}
