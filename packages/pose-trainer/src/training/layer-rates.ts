/** Numbered layers of a transformer, as MMPretrain names them. */
const transformerLayer = /^backbone\.layers\.(\d+)\./;
/** What comes before the first of them. */
const embedding = /^backbone\.(patch_embed|pos_embed)\b/;

/** How many numbered layers there are among the names of layers or weights; 0 if the model is no transformer. */
export function countTransformerLayers(names: readonly string[]): number {
  const numbers = names.map((name) => Number(transformerLayer.exec(name)?.[1] ?? -1));
  return Math.max(-1, ...numbers) + 1;
}

/**
 * Factor on the learning rate of a weight: each layer learns `decay` times as fast as the one after it, the embedding
 * slowest, the head and the last norm at the full rate.
 *
 * @param name - of a weight, such as `backbone.layers.0.ln1/gamma`.
 * @see Bao et al. 2022, arXiv:2106.08254, section 3.1; `LayerDecayOptimizerConstructor` of MMPose.
 */
export function layerRate(
  name: string,
  { decay, layers }: { readonly decay: number; readonly layers: number },
): number {
  const number = transformerLayer.exec(name)?.[1];
  if (number !== undefined) return decay ** (layers - Number(number));
  return embedding.test(name) ? decay ** (layers + 1) : 1;
}

/**
 * Whether weight decay shrinks a weight. Norms and biases have one axis, and shrinking them does not regularise, nor does
 * shrinking a transformer's positions (MMPose's `paramwise_cfg`).
 *
 * @param name - of a weight, such as `backbone.pos_embed/embedding`.
 */
export function isDecaying(name: string, rank: number): boolean {
  return rank > 1 && !name.endsWith('/embedding');
}
