import type { Network } from '../networks/network.ts';
import { expansion, lastFilters, stages, stemFilters } from './mobilenet-stages.ts';

/** Factor on the number of filters, `alpha` in Keras. */
export type MobileNetWidth = 1 | 1.5 | 1.75;

/** The maps of a MobileNetV2 that a decoder needs: the last ones at each size. */
export interface MobileNetMaps<T> {
  readonly quarter: T;
  readonly eighth: T;
  /** Of the fourth stage, before the fifth widens it. */
  readonly sixteenth: T;
  /** [B, H / 32, W / 32, 1280]. */
  readonly last: T;
}

/**
 * MobileNetV2 without its classifier and with its batch norms folded: convolutions with biases.
 *
 * Padding is TensorFlow's SAME, blocks are counted through (`blocks.0` to `blocks.16`) as in Keras.
 *
 * @param input - [B, H, W, 3].
 */
export function mobileNet<T>(
  network: Network<T>,
  input: T,
  width: MobileNetWidth,
): MobileNetMaps<T> {
  const stem = network.convolution('backbone.stem', input, {
    filters: scaledFilters(stemFilters, width),
    kernelSize: 3,
    stride: 2,
    padding: 'same',
    hasBias: true,
  });
  let map = network.relu6('backbone.stem.relu', stem);
  let channels = scaledFilters(stemFilters, width);
  let block = 0;
  const maps = stages.map(({ filters, blocks, stride }) => {
    for (let index = 0; index < blocks; index++) {
      const options = {
        channels,
        filters: scaledFilters(filters, width),
        stride: index === 0 ? stride : 1,
        isExpanded: block > 0,
      };
      map = invertedResidual(network, `backbone.blocks.${block}`, { ...options, input: map });
      channels = options.filters;
      block++;
    }
    return map;
  });
  const last = network.convolution('backbone.last', map, {
    filters: lastFilters,
    kernelSize: 1,
    hasBias: true,
  });
  return {
    quarter: maps[1]!,
    eighth: maps[2]!,
    sixteenth: maps[3]!,
    last: network.relu6('backbone.last.relu', last),
  };
}

interface BlockOptions<T> {
  readonly input: T;
  readonly channels: number;
  readonly filters: number;
  readonly stride: number;
  readonly isExpanded: boolean;
}

/** A narrow map widened by a 1x1 convolution, filtered depthwise, and narrowed again without an activation. */
function invertedResidual<T>(
  network: Network<T>,
  name: string,
  { input, channels, filters, stride, isExpanded }: BlockOptions<T>,
): T {
  let map = input;
  if (isExpanded) {
    const wide = { filters: channels * expansion, kernelSize: 1, hasBias: true };
    map = network.convolution(`${name}.expand`, map, wide);
    map = network.relu6(`${name}.expand.relu`, map);
  }
  map = network.depthwise(`${name}.depthwise`, map, {
    kernelSize: 3,
    stride,
    padding: 'same',
    hasBias: true,
  });
  map = network.relu6(`${name}.depthwise.relu`, map);
  map = network.convolution(`${name}.project`, map, { filters, kernelSize: 1, hasBias: true });
  const hasShortcut = stride === 1 && channels === filters;
  return hasShortcut ? network.add(`${name}.add`, input, map) : map;
}

/** Rounded to a multiple of 8, at most a tenth down (`_make_divisible` of the published code). */
function scaledFilters(filters: number, width: number): number {
  const wanted = filters * width;
  const rounded = Math.max(8, Math.floor((wanted + 4) / 8) * 8);
  return rounded < 0.9 * wanted ? rounded + 8 : rounded;
}
