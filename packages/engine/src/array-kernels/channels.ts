/** So many values stay in a processor's cache while every channel of them is read in turn. */
const blockValues = 8192;

/** Values [rows, C]: a channel's are as far apart as there are channels. */
export interface ChannelBlock {
  readonly start: number;
  readonly end: number;
}

/** The rows of values [rows, C] in blocks, which are read channel by channel: sums stay in registers. */
export function blocksOf(length: number, channels: number): ChannelBlock[] {
  const size = Math.max(1, Math.floor(blockValues / channels)) * channels;
  return Array.from({ length: Math.ceil(length / size) }, (_, index) => ({
    start: index * size,
    end: Math.min(length, (index + 1) * size),
  }));
}

/** For each channel, the sums of its values and of their squares. */
export function sumChannels(
  values: Float32Array,
  channels: number,
): { sums: Float64Array; squares: Float64Array } {
  const sums = new Float64Array(channels);
  const squares = new Float64Array(channels);
  for (const { start, end } of blocksOf(values.length, channels)) {
    for (let channel = 0; channel < channels; channel += 1) {
      let [sum, square] = [0, 0];
      for (let at = start + channel; at < end; at += channels) {
        const value = values[at]!;
        sum += value;
        square += value * value;
      }
      sums[channel] = sums[channel]! + sum;
      squares[channel] = squares[channel]! + square;
    }
  }
  return { sums, squares };
}

/** For each channel, the sums of dy and of dy * (x - mean). */
export function sumGradients(
  dy: Float32Array,
  x: Float32Array,
  means: Float32Array,
): { gradients: Float64Array; products: Float64Array } {
  const channels = means.length;
  const gradients = new Float64Array(channels);
  const products = new Float64Array(channels);
  for (const { start, end } of blocksOf(x.length, channels)) {
    for (let channel = 0; channel < channels; channel += 1) {
      const mean = means[channel]!;
      let [sum, product] = [0, 0];
      for (let at = start + channel; at < end; at += channels) {
        const gradient = dy[at]!;
        sum += gradient;
        product += gradient * (x[at]! - mean);
      }
      gradients[channel] = gradients[channel]! + sum;
      products[channel] = products[channel]! + product;
    }
  }
  return { gradients, products };
}

/** y = factor * x + offset for each channel. */
export function scaleChannels(
  x: Float32Array,
  { factors, offsets }: { readonly factors: Float32Array; readonly offsets: Float32Array },
  y: Float32Array,
): void {
  const channels = factors.length;
  for (const { start, end } of blocksOf(x.length, channels)) {
    for (let channel = 0; channel < channels; channel += 1) {
      const factor = factors[channel]!;
      const offset = offsets[channel]!;
      for (let at = start + channel; at < end; at += channels) y[at] = factor * x[at]! + offset;
    }
  }
}

/** The bits of -Infinity: negative numbers have smaller ones, NaN with a sign has larger ones. */
const [infinityBits = 0] = new Int32Array(Float32Array.of(-Infinity).buffer);

/** Sets what is below 0 to 0, by its bits; NaN stays. */
export function rectify(bits: Int32Array): void {
  for (let index = 0; index < bits.length; index += 1) {
    const value = bits[index]!;
    bits[index] = value & ~((value >> 31) & ~((infinityBits - value) >> 31));
  }
}
