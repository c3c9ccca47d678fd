// The decoding of heatmaps, as the codec "msra-heatmap" of @limber/keypoints does it (DARK, arXiv:1910.06278).

const smallestValue = 1e-10;
const longestStepPx = 2;

/**
 * @param {Float32Array} heatmaps - [H, W, K].
 * @param {{ inputSize: Size, heatmapSize: Size, sigmaPx?: number, blurKernelSize?: number }} codec - of limber.json.
 * @returns {{ x: number, y: number, score: number }[]} of each joint; x and y in pixels of the model's input.
 *
 * @typedef {{ width: number, height: number }} Size
 */
export function decodeHeatmaps(heatmaps, codec) {
  const { inputSize, heatmapSize, sigmaPx = 2 } = codec;
  const { blurKernelSize = 2 * Math.round((5.5 * sigmaPx - 1) / 2) + 1 } = codec;
  const { width, height } = heatmapSize;
  const jointCount = heatmaps.length / (width * height);
  const kernel = gaussianKernel(blurKernelSize);
  const scaleX = inputSize.width / width;
  const scaleY = inputSize.height / height;
  return Array.from({ length: jointCount }, (_, joint) => {
    const map = Float64Array.from(
      { length: width * height },
      (_, at) => heatmaps[at * jointCount + joint],
    );
    const peak = map.reduce((best, value, at) => (value > map[best] ? at : best), 0);
    const score = map[peak];
    if (!(score > 0)) return { x: -scaleX, y: -scaleY, score };
    const x = peak % width;
    const y = Math.floor(peak / width);
    const step = stepToPeak({ map, width, height, kernel, x, y, score });
    return { x: (x + step.x) * scaleX, y: (y + step.y) * scaleY, score };
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
  const { width, height } = options;
  if (!(x > 1 && x < width - 2 && y > 1 && y < height - 2)) return { x: 0, y: 0 };
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
