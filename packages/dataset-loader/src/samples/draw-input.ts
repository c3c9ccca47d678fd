import type { Affine } from '@limber/keypoints';
import { composeAffine, invertAffine } from '@limber/keypoints';
import { shrinkPixels } from './shrink-pixels.ts';
import type { Pixels } from './warp-affine.ts';
import { warpAffine } from './warp-affine.ts';

/**
 * Draws what a model sees of an image: warped, and shrunk first where the map would skip pixels.
 * What lies outside the image is black.
 *
 * @param toInput - pixels of the image → inputPx.
 * @param input - filled completely.
 */
export function drawInput(image: Pixels, toInput: Affine, input: Pixels): void {
  const inputToImage = invertAffine(toInput);
  const imagePixelsPerInputPixel = Math.hypot(inputToImage[0], inputToImage[3]);
  const factor = Math.max(1, Math.floor(imagePixelsPerInputPixel));
  const { pixels: source, toLarger } = shrinkPixels(image, factor);
  warpAffine(source, composeAffine(invertAffine(toLarger), inputToImage), input);
}
