// The decoding of a model's output, as the codecs of @limber/keypoints do it.

const smallestValue = 1e-10;
const longestStepPx = 2;
const fitReach = 2;
const fitFloor = 0.001;
const longestFitPx = 1;

/**
 * @param {Float32Array} output - of one person.
 * @param {{ type: string, inputSize: Size }} codec - of limber.json.
 * @returns {Joint[]} x and y in pixels of the model's input.
 *
 * @typedef {{ width: number, height: number }} Size
 * @typedef {{ x: number, y: number, score: number }} Joint
 */
export function decodeOutput(output, codec) {
  switch (codec.type) {
    case 'msra-heatmap':
    case 'udp-heatmap':
      return decodeHeatmaps(output, codec);
    case 'simcc':
      return decodeSimcc(output, codec);
    case 'regression':
      return decodePlaces(output, codec);
    default:
      throw new Error(`No codec is called ${codec.type}.`);
  }
}

/** What of a side counts as its length: UDP's goes from the centre of the first pixel to that of the last. */
export function spanOf(side, codec) {
  return codec.type === 'udp-heatmap' ? side - 1 : side;
}

/** The highest bin of each axis, moved by a parabola through it and its neighbours. @param rows - [K, bins of x and of y]. */
function decodeSimcc(rows, { inputSize, splitRatio = 2 }) {
  const bins = [inputSize.width, inputSize.height].map((side) => Math.round(side * splitRatio));
  const length = bins[0] + bins[1];
  return Array.from({ length: rows.length / length }, (_, joint) => {
    const start = joint * length;
    const x = peakOf(rows.subarray(start, start + bins[0]));
    const y = peakOf(rows.subarray(start + bins[0], start + length));
    const score = Math.min(x.height, y.height);
    if (!(score > 0)) return { x: -1, y: -1, score };
    return { x: x.place / splitRatio, y: y.place / splitRatio, score };
  });
}

function peakOf(values) {
  const best = values.reduce((found, value, at) => (value > values[found] ? at : found), 0);
  const middle = Math.min(Math.max(best, 1), values.length - 2);
  const [before, at, after] = values.subarray(middle - 1, middle + 2);
  const curvature = 2 * at - before - after;
  const peak = curvature > 0 ? middle + (after - before) / (2 * curvature) : best;
  return { place: Math.min(Math.max(peak, best - 0.5), best + 0.5), height: values[best] };
}

/** @param places - [K, 4]: x and y as fractions of the input's sides, and deviations before a sigmoid. */
function decodePlaces(places, { inputSize }) {
  const sigmoid = (value) => 1 / (1 + Math.exp(-value));
  return Array.from({ length: places.length / 4 }, (_, joint) => {
    const [x, y, deviationX, deviationY] = places.subarray(joint * 4, joint * 4 + 4);
    const score = 1 - (sigmoid(deviationX) + sigmoid(deviationY)) / 2;
    return { x: x * inputSize.width, y: y * inputSize.height, score };
  });
}

/** The peak of each map, moved by a second-order step (DARK, arXiv:1910.06278). @param heatmaps - [H, W, K]. */
function decodeHeatmaps(heatmaps, codec) {
  const { inputSize, heatmapSize, sigmaPx = 2 } = codec;
  const { blurKernelSize = 2 * Math.round((5.5 * sigmaPx - 1) / 2) + 1 } = codec;
  const { width, height } = heatmapSize;
  const jointCount = heatmaps.length / (width * height);
  const kernel = gaussianKernel(blurKernelSize);
  const scaleX = spanOf(width, codec) / spanOf(inputSize.width, codec);
  const scaleY = spanOf(height, codec) / spanOf(inputSize.height, codec);
  return Array.from({ length: jointCount }, (_, joint) => {
    const map = Float64Array.from(
      { length: width * height },
      (_, at) => heatmaps[at * jointCount + joint],
    );
    const peak = map.reduce((best, value, at) => (value > map[best] ? at : best), 0);
    const score = map[peak];
    if (!(score > 0)) return { x: -1 / scaleX, y: -1 / scaleY, score };
    const x = peak % width;
    const y = Math.floor(peak / width);
    const step = stepToPeak({ map, width, height, kernel, x, y, score });
    return { x: (x + step.x) / scaleX, y: (y + step.y) / scaleY, score };
  });
}

function gaussianKernel(size) {
  const middle = (size - 1) / 2;
  const sigma = 0.3 * (middle - 1) + 0.8;
  const weights = Array.from({ length: size }, (_, at) =>
    Math.exp(-((at - middle) ** 2) / (2 * sigma * sigma)),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

function blur({ map, width, height, kernel }) {
  const reach = (kernel.length - 1) / 2;
  const along = (source, { length, stride, lines, lineStride }) => {
    const target = new Float64Array(source.length);
    for (let line = 0; line < lines; line++) {
      for (let at = 0; at < length; at++) {
        let sum = 0;
        for (
          let other = Math.max(0, at - reach);
          other <= Math.min(length - 1, at + reach);
          other++
        ) {
          sum += source[line * lineStride + other * stride] * kernel[other - at + reach];
        }
        target[line * lineStride + at * stride] = sum;
      }
    }
    return target;
  };
  const rows = along(map, { length: width, stride: 1, lines: height, lineStride: width });
  return along(rows, { length: height, stride: width, lines: width, lineStride: 1 });
}

function stepToPeak({ x, y, score, ...options }) {
  const { map, width, height, kernel } = options;
  const margin = Math.max((kernel.length - 1) / 2, 2);
  if (Math.min(x, y, width - 1 - x, height - 1 - y) < margin) {
    const column = Float64Array.from({ length: height }, (_, row) => map[row * width + x]);
    return { x: fitPeak(map.subarray(y * width, (y + 1) * width), x), y: fitPeak(column, y) };
  }
  const blurred = blur(options);
  const factor = score / blurred.reduce((best, value) => Math.max(best, value), -Infinity);
  const scale = Number.isFinite(factor) ? factor : 1;
  const log = (dx, dy) =>
    Math.log(Math.max(blurred[(y + dy) * width + x + dx] * scale, smallestValue));
  const slopeX = (log(1, 0) - log(-1, 0)) / 2;
  const slopeY = (log(0, 1) - log(0, -1)) / 2;
  const xx = (log(2, 0) - 2 * log(0, 0) + log(-2, 0)) / 4;
  const yy = (log(0, 2) - 2 * log(0, 0) + log(0, -2)) / 4;
  const xy = (log(1, 1) - log(-1, 1) - log(1, -1) + log(-1, -1)) / 4;
  const determinant = xx * yy - xy * xy;
  const stepX = -(yy * slopeX - xy * slopeY) / determinant;
  const stepY = -(xx * slopeY - xy * slopeX) / determinant;
  const isPeak = determinant > 0 && xx < 0;
  const isNear = Math.abs(stepX) <= longestStepPx && Math.abs(stepY) <= longestStepPx;
  return isPeak && isNear ? { x: stepX, y: stepY } : { x: 0, y: 0 };
}

/** A parabola through the logarithms of five pixels of a line, weighted by the squares of their values. */
function fitPeak(line, peak) {
  if (line.length < 2 * fitReach + 1) return 0;
  const middle = Math.min(Math.max(peak, fitReach), line.length - 1 - fitReach);
  const s = [0, 0, 0, 0, 0];
  const t = [0, 0, 0];
  for (let offset = -fitReach; offset <= fitReach; offset++) {
    const value = Math.max(line[middle + offset] / line[peak], fitFloor);
    for (let power = 0, weight = value * value; power < s.length; power++, weight *= offset) {
      s[power] += weight;
      if (power < t.length) t[power] += weight * Math.log(value);
    }
  }
  const [s0, s1, s2, s3, s4] = s;
  const [t0, t1, t2] = t;
  const a = t2 * (s2 * s0 - s1 * s1) - s3 * (t1 * s0 - s1 * t0) + s2 * (t1 * s1 - s2 * t0);
  const b = s4 * (t1 * s0 - s1 * t0) - t2 * (s3 * s0 - s1 * s2) + s2 * (s3 * t0 - t1 * s2);
  if (!(a < 0)) return 0;
  const shift = middle - b / (2 * a) - peak;
  return Math.min(Math.max(shift, -longestFitPx), longestFitPx);
}
