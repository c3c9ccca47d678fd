import type { Size } from '@limber/keypoints';
import { createRandom } from '@limber/keypoints';

/** How many images an export is compared on where none are given. */
const imageCount = 4;
const blobs = 12;

/**
 * Images for a comparison without photographs: soft colored blobs on a slope of grey, the same for the same size.
 *
 * @returns each H x W x 3, RGB.
 */
export function seededImages({ height, width }: Size): Uint8Array[] {
  return Array.from({ length: imageCount }, (_, image) => {
    const random = createRandom('export', image);
    const pixels = new Float32Array(height * width * 3);
    for (let at = 0; at < pixels.length; at++) {
      const x = Math.floor(at / 3) % width;
      pixels[at] = 60 + (100 * x) / width;
    }
    for (let blob = 0; blob < blobs; blob++) {
      const [centerX, centerY] = [random.uniform(0, width), random.uniform(0, height)];
      const radius = random.uniform(0.05, 0.3) * width;
      const color = [0, 1, 2].map(() => random.uniform(-160, 160));
      for (let at = 0; at < pixels.length; at++) {
        const pixel = Math.floor(at / 3);
        const [dx, dy] = [(pixel % width) - centerX, Math.floor(pixel / width) - centerY];
        pixels[at]! += color[at % 3]! * Math.exp(-(dx * dx + dy * dy) / (radius * radius));
      }
    }
    return Uint8Array.from(Uint8ClampedArray.from(pixels));
  });
}
