import type { TensorInfo } from '@tensorflow/tfjs';
import type { ConvolutionInfo } from './convolution-info.ts';
import type { ArrayKernelRegistry } from './array-registry.ts';

/**
 * The gradient of a convolution's input, which is also the transposed convolution: convolutions of dy by the turned
 * filter. With a stride, the input's rows (and columns) fall into as many phases, each of which meets taps of its own.
 *
 * @returns a function of dy [N, OH, OW, D] and the filter [KH, KW, C, D], which returns [N, H, W, C].
 */
export function createInputGradient(
  registry: ArrayKernelRegistry,
): (
  inputs: { readonly dy: TensorInfo; readonly filter: TensorInfo },
  info: ConvolutionInfo,
) => TensorInfo {
  const { heap } = registry;
  return ({ dy, filter }, info) => {
    const { strideHeight, strideWidth, padInfo } = info;
    const [rows, columns] = [
      phasesOf({
        stride: strideHeight,
        kernel: info.filterHeight,
        size: info.inHeight,
        before: padInfo.top,
      }),
      phasesOf({
        stride: strideWidth,
        kernel: info.filterWidth,
        size: info.inWidth,
        before: padInfo.left,
      }),
    ];
    const phases = rows.flatMap((row) => columns.map((column) => ({ row, column })));
    const [only] = phases;
    const shape = info.inShape;
    if (phases.length === 1 && only!.row.taps * only!.column.taps > 0) {
      return convolvePhase(registry, { dy, filter }, { info, ...only! });
    }
    const dx = heap.zeros(shape);
    for (const phase of phases) {
      const { row, column } = phase;
      if (row.taps * column.taps * row.count * column.count === 0) continue;
      const part = convolvePhase(registry, { dy, filter }, { info, ...phase });
      place(heap.floats(part), { info, ...phase }, heap.floats(dx));
      heap.free(part);
    }
    return dx;
  };
}

/** The rows or columns of the input that meet the same taps of the filter. */
interface Phase {
  /** The first tap; the others follow by the stride. */
  readonly first: number;
  readonly taps: number;
  /** First row of the input; the others follow by the stride. */
  readonly start: number;
  readonly count: number;
  /** The output that meets the first row by the first tap. */
  readonly output: number;
}

function phasesOf({
  stride,
  kernel,
  size,
  before,
}: {
  readonly stride: number;
  readonly kernel: number;
  readonly size: number;
  readonly before: number;
}): Phase[] {
  return Array.from({ length: stride }, (_, first) => {
    const output = Math.ceil((before - first) / stride);
    const last = Math.floor((size - 1 + before - first) / stride);
    return {
      first,
      taps: Math.max(0, Math.ceil((kernel - first) / stride)),
      start: output * stride + first - before,
      count: Math.max(0, last - output + 1),
      output,
    };
  });
}

interface PhaseOfConvolution {
  readonly info: ConvolutionInfo;
  readonly row: Phase;
  readonly column: Phase;
}

/** @returns the gradients of the phase's pixels, side by side. */
function convolvePhase(
  { heap, getKernel }: ArrayKernelRegistry,
  { dy, filter }: { readonly dy: TensorInfo; readonly filter: TensorInfo },
  phase: PhaseOfConvolution,
): TensorInfo {
  const { info, row, column } = phase;
  const turned = heap.allocate([row.taps, column.taps, info.outChannels, info.inChannels]);
  turnFilter(heap.floats(filter), phase, heap.floats(turned));
  const [down, right] = [outputsSeen(row, info.outHeight), outputsSeen(column, info.outWidth)];
  const seen =
    down.seen === info.outHeight && right.seen === info.outWidth
      ? dy
      : (getKernel('Slice')(
          { x: dy },
          {
            begin: [0, down.start, right.start, 0],
            size: [info.batchSize, down.seen, right.seen, info.outChannels],
          },
        ) as TensorInfo);
  const result = getKernel('Conv2D')(
    { x: seen, filter: turned },
    {
      strides: 1,
      pad: [[0, 0], [...down.pad], [...right.pad], [0, 0]],
      dataFormat: 'NHWC',
      dilations: 1,
    },
  ) as TensorInfo;
  heap.free(turned);
  if (seen !== dy) heap.free(seen);
  return result;
}

/** The outputs that a phase reads, and the zeros around them. */
function outputsSeen(
  { taps, count, output }: Phase,
  outputs: number,
): { readonly start: number; readonly seen: number; readonly pad: readonly [number, number] } {
  const before = taps - 1 - output;
  const after = count + taps - 1 - outputs - before;
  const start = Math.max(0, -before);
  return {
    start,
    seen: outputs - start - Math.max(0, -after),
    pad: [Math.max(0, before), Math.max(0, after)],
  };
}

/** The taps of a phase, the last first, [taps, taps, D, C]. */
function turnFilter(
  filter: Float32Array,
  { info, row, column }: PhaseOfConvolution,
  result: Float32Array,
): void {
  const { filterWidth, inChannels, outChannels, strideHeight, strideWidth } = info;
  let to = 0;
  for (let down = row.taps - 1; down >= 0; down -= 1) {
    for (let right = column.taps - 1; right >= 0; right -= 1) {
      const tap =
        (row.first + down * strideHeight) * filterWidth + column.first + right * strideWidth;
      const from = tap * inChannels * outChannels;
      for (let output = 0; output < outChannels; output += 1) {
        for (let input = 0; input < inChannels; input += 1) {
          result[to + input] = filter[from + input * outChannels + output]!;
        }
        to += inChannels;
      }
    }
  }
}

/** Puts the pixels of a phase to their places. */
function place(
  part: Float32Array,
  { info, row, column }: PhaseOfConvolution,
  dx: Float32Array,
): void {
  const { batchSize, inChannels, inHeight, inWidth, strideHeight, strideWidth } = info;
  let from = 0;
  for (let image = 0; image < batchSize; image += 1) {
    for (let down = 0; down < row.count; down += 1) {
      const line = (image * inHeight + row.start + down * strideHeight) * inWidth;
      for (let right = 0; right < column.count; right += 1) {
        const to = (line + column.start + right * strideWidth) * inChannels;
        for (let channel = 0; channel < inChannels; channel += 1) {
          dx[to + channel] = part[from + channel]!;
        }
        from += inChannels;
      }
    }
  }
}
