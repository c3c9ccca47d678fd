import type { Camera } from '../scenes/camera.ts';

/** How many samples a pixel has along each side. */
export const samplesPerSide = 2;

/** The place of a sample in a depth image. */
export interface Sample {
  readonly column: number;
  readonly row: number;
}

/** A rectangle of samples, up to and including `right` and `bottom`. */
export interface SampleBox {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** What a camera sees at every sample: the nearest surface and what is known of it. */
export class DepthImage {
  readonly camera: Camera;
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

  constructor(camera: Camera) {
    this.camera = camera;
    this.width = camera.size.width * samplesPerSide;
    this.height = camera.size.height * samplesPerSide;
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
  touch({ left, right, top, bottom }: SampleBox): void {
    if (left < this.left) this.left = left;
    if (right > this.right) this.right = right;
    if (top < this.top) this.top = top;
    if (bottom > this.bottom) this.bottom = bottom;
  }
}

/** The place of an image pixel in samples, along either side: the sample at an integer has its center there. */
export function toSamples(imagePx: number): number {
  return imagePx * samplesPerSide + (samplesPerSide - 1) / 2;
}

/** The image pixel of a sample, along either side. */
export function toImagePx(sample: number): number {
  return (sample - (samplesPerSide - 1) / 2) / samplesPerSide;
}
