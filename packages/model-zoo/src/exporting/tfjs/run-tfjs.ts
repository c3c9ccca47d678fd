import type { Engine, Tensor } from '@limber/engine';
import { readResult } from '@limber/engine';
import type { Size } from '@limber/keypoints';
import type { RunExport } from '../compare-export.ts';
import type { TfjsModel } from './export-tfjs.ts';

/** Runs a graph model as `tf.loadGraphModel` loads it. */
export function runTfjsModel(
  engine: Engine,
  { model, weights }: TfjsModel,
  { height, width }: Size,
): RunExport {
  const { tf } = engine;
  return async (images, batch) => {
    const data = Buffer.concat(weights);
    const weightData = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
    const { modelTopology, weightsManifest, signature, format } = model as {
      readonly modelTopology: object;
      readonly weightsManifest: readonly { readonly weights: object[] }[];
      readonly signature: object;
      readonly format: string;
    };
    const weightSpecs = weightsManifest.flatMap((group) => group.weights);
    const artifacts = { modelTopology, weightSpecs, weightData, signature, format };
    const handler = { load: () => Promise.resolve(artifacts) };
    const graph = await tf.loadGraphModel(handler as Parameters<typeof tf.loadGraphModel>[0]);
    try {
      const output = await readResult(engine, () => {
        const input = tf.tensor(Int32Array.from(images), [batch, height, width, 3], 'int32');
        return graph.predict(input) as Tensor;
      });
      return { output };
    } finally {
      graph.dispose();
    }
  };
}
