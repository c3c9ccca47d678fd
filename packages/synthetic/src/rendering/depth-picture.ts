import type { Size } from '@limber/keypoints';

/** How many samples a pixel has along each side. */
export const samplesPerSide = 2;

/** What the rasteriser finds at every sample: the nearest surface and what is known of it. */
export class DepthPicture {
  /** Samples across and down. */
  readonly width: number;
  readonly height: number;
  /** Metres along the view; infinite where nothing is. */
  readonly depth: Float32Array;
  readonly part: Uint8Array;
  readonly material: Uint8Array;
  /** World normal. */
  readonly normal: Float32Array;
  readonly texture: Float32Array;
  /** The samples that may be covered: from `left`, `top` up to and including `right`, `bottom`. */
  left = 0;
  right = -1;
  top = 0;
  bottom = -1;

  constructor({ width, height }: Size) {
    this.width = width * samplesPerSide;
    this.height = height * samplesPerSide;
    const count = this.width * this.height;
    this.depth = new Float32Array(count);
    this.part = new Uint8Array(count);
    this.material = new Uint8Array(count);
    this.normal = new Float32Array(count * 3);
    this.texture = new Float32Array(count * 2);
    this.clear();
  }

  clear(): void {
    this.depth.fill(Infinity);
    this.part.fill(0);
    this.left = this.width;
    this.right = -1;
    this.top = this.height;
    this.bottom = -1;
  }

  /** Takes note that samples of a rectangle may be covered now. */
  touch(left: number, right: number, top: number, bottom: number): void {
    if (left < this.left) this.left = left;
    if (right > this.right) this.right = right;
    if (top < this.top) this.top = top;
    if (bottom > this.bottom) this.bottom = bottom;
  }
}

/** The place of an image pixel in samples, along either side: the sample at an integer has its centre there. */
export function toSamples(imagePx: number): number {
  return imagePx * samplesPerSide + (samplesPerSide - 1) / 2;
}

/** The image pixel of a sample, along either side. */
export function toImagePx(sample: number): number {
  return (sample - (samplesPerSide - 1) / 2) / samplesPerSide;
}
