import type { Engine, GraphModel } from '@limber/engine';
import type { MovenetFiles } from './movenet-files.ts';

/** The parts of a published graph model that tfjs needs; its files were checked by their digests. */
interface GraphFile {
  readonly modelTopology: object;
  readonly signature: object;
  readonly weightsManifest: readonly { readonly weights: readonly WeightSpec[] }[];
}

/** One weight of a graph: its numbers follow those of the one before it. */
export interface WeightSpec {
  readonly name: string;
  readonly shape: number[];
  readonly dtype: 'float32' | 'int32';
  readonly quantization?: { readonly dtype: 'float16' };
}

/**
 * Loads a published graph model.
 *
 * @returns a model to be disposed.
 */
export async function loadGraphModel(
  { tf }: Engine,
  { graph, weights }: MovenetFiles,
): Promise<GraphModel> {
  const { modelTopology, signature, weightsManifest } = parseGraph(graph);
  const artifacts = {
    modelTopology,
    signature,
    weightSpecs: weightsManifest.flatMap((group) => group.weights),
    weightData: new Uint8Array(weights).buffer,
  };
  return tf.loadGraphModel({ load: () => Promise.resolve(artifacts) });
}

/** Reads the description of a graph model. */
export function parseGraph(graph: Buffer): GraphFile {
  return JSON.parse(graph.toString('utf8')) as GraphFile;
}
