import type { Random } from '@limber/keypoints';
import type { Pixels } from '../samples/warp-affine.ts';
import { medianBlur } from './median-blur.ts';
import { boxBlur } from './box-blur.ts';

/** Blurs some inputs (Albumentations `Blur` and `MedianBlur`, with RTMPose's odds). */
export interface Blur {
  /** How often, 0 to 1. */
  readonly probability: number;
  /** Width of the square that is averaged, or whose median is taken: an odd number from the range. */
  readonly kernelSize: readonly [smallest: number, largest: number];
}

/** Averages squares of some inputs. @param pixels - changed in place. */
export function blurSometimes(pixels: Pixels, options: Blur, random: Random): void {
  if (random.chance(options.probability)) boxBlur(pixels, drawKernel(options, random));
}

/** Takes the median of squares of some inputs. @param pixels - changed in place. */
export function medianBlurSometimes(pixels: Pixels, options: Blur, random: Random): void {
  if (random.chance(options.probability)) medianBlur(pixels, drawKernel(options, random));
}

function drawKernel({ kernelSize: [smallest, largest] }: Blur, random: Random): number {
  return 2 * random.integer((smallest - 1) / 2, (largest - 1) / 2) + 1;
}
