import type { Random } from '@limber/keypoints';
import type { Pixels } from '../samples/warp-affine.ts';
import type { Augmentation } from './augmentation.ts';
import { blurSometimes, medianBlurSometimes } from './blur.ts';
import { dropRectangles } from './coarse-dropout.ts';
import { distortColors } from './photometric.ts';
import { jitterHsv } from './yolox-hsv.ts';

/** The name of a change of the pixels, as in `order`. */
export type PixelChangeName = 'photometric' | 'hsv' | 'blur' | 'medianBlur' | 'coarseDropout';

/** One change of the pixels of an input. */
interface PixelChange {
  /** Names its random stream, so that switching one change off leaves the others as they were. */
  readonly stream: string;
  readonly isOn: (augmentation: Augmentation) => boolean;
  /** @param pixels - changed in place. */
  readonly change: (pixels: Pixels, augmentation: Augmentation, random: Random) => void;
}

/** The augmentations that change the pixels of an input, in their usual order. */
export const pixelChanges: Readonly<Record<PixelChangeName, PixelChange>> = {
  photometric: {
    stream: 'photometric',
    isOn: ({ photometric }) => photometric !== null,
    change: ({ data }, { photometric }, random) => {
      if (photometric !== null) distortColors(data, photometric, random);
    },
  },
  hsv: {
    stream: 'hsv',
    isOn: ({ hsv }) => hsv !== null,
    change: ({ data }, { hsv }, random) => {
      if (hsv !== null) jitterHsv(data, hsv, random);
    },
  },
  blur: {
    stream: 'blur',
    isOn: ({ blur }) => blur !== null,
    change: (pixels, { blur }, random) => {
      if (blur !== null) blurSometimes(pixels, blur, random);
    },
  },
  medianBlur: {
    stream: 'median-blur',
    isOn: ({ medianBlur }) => medianBlur !== null,
    change: (pixels, { medianBlur }, random) => {
      if (medianBlur !== null) medianBlurSometimes(pixels, medianBlur, random);
    },
  },
  coarseDropout: {
    stream: 'coarse-dropout',
    isOn: ({ coarseDropout }) => coarseDropout !== null,
    change: (pixels, { coarseDropout }, random) => {
      if (coarseDropout !== null) dropRectangles(pixels, coarseDropout, random);
    },
  },
};
