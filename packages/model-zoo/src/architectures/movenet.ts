import type { Network } from '../networks/network.ts';
import type { MobileNetWidth } from './mobilenet.ts';
import { mobileNet } from './mobilenet.ts';

/** Width of the neck's maps at 1/16, 1/8 and 1/4 of the input. */
const neckFilters = [64, 32, 24] as const;

/** Width of each head's hidden map. */
const headFilters = 96;

/**
 * MoveNet's backbone and neck: a MobileNetV2, whose maps at 1/32, 1/16, 1/8 and 1/4 are joined from the coarsest up,
 * each doubled bilinearly and added to a 1x1 convolution of the next finer one, then smoothed by a separable convolution.
 *
 * Batch norms are folded into the convolutions, as in the published weights.
 *
 * @param input - [B, H, W, 3] in [-1, 1]; H and W multiples of 32.
 * @returns [B, H / 4, W / 4, 24].
 */
export function moveNetFeatures<T>(network: Network<T>, input: T, width: MobileNetWidth): T {
  const { quarter, eighth, sixteenth, last } = mobileNet(network, input, width);
  const lateral = (level: number, map: T, filters: number): T =>
    network.convolution(`neck.lateral.${level}`, map, { filters, kernelSize: 1, hasBias: true });
  let map = lateral(3, last, neckFilters[0]);
  for (const [index, finer] of [sixteenth, eighth, quarter].entries()) {
    const level = 2 - index;
    const filters = neckFilters[index]!;
    const upsampled = network.upsampleBilinear(`neck.upsample.${level}`, map);
    const sum = network.add(`neck.add.${level}`, upsampled, lateral(level, finer, filters));
    // the smoothing already gives the next finer level's width
    const next = neckFilters[index + 1] ?? filters;
    map = separableConvolution(network, `neck.smooth.${level}`, { input: sum, filters: next });
  }
  return map;
}

/**
 * One of MoveNet's heads: a separable convolution of 96 filters, and a 1x1 convolution.
 *
 * @param features - of {@link moveNetFeatures}.
 * @returns [B, H / 4, W / 4, filters], without an activation.
 */
export function moveNetHead<T>(
  network: Network<T>,
  { name, filters }: { readonly name: string; readonly filters: number },
  features: T,
): T {
  const hidden = separableConvolution(network, `${name}.hidden`, {
    input: features,
    filters: headFilters,
  });
  return network.convolution(`${name}.output`, hidden, { filters, kernelSize: 1, hasBias: true });
}

/**
 * A MoveNet for one person in a crop: of its heads only the joints' heatmaps.
 *
 * The published models pick the person in the middle with three more heads, which a crop around the person does not need.
 *
 * @returns [B, H / 4, W / 4, K], in [0, 1].
 * @see https://blog.tensorflow.org/2021/05/next-generation-pose-detection-with-movenet-and-tensorflowjs.html
 */
export function moveNet<T>(
  network: Network<T>,
  input: T,
  { width, jointCount }: { readonly width: MobileNetWidth; readonly jointCount: number },
): T {
  const features = moveNetFeatures(network, input, width);
  const logits = moveNetHead(network, { name: 'head.heatmap', filters: jointCount }, features);
  return network.sigmoid('head.heatmap.sigmoid', logits);
}

/** Depthwise 3x3, pointwise, ReLU. */
function separableConvolution<T>(
  network: Network<T>,
  name: string,
  { input, filters }: { readonly input: T; readonly filters: number },
): T {
  const depthwise = network.depthwise(`${name}.depthwise`, input, { kernelSize: 3 });
  const pointwise = network.convolution(`${name}.pointwise`, depthwise, {
    filters,
    kernelSize: 1,
    hasBias: true,
  });
  return network.relu(`${name}.relu`, pointwise);
}
