import type { Box } from '@limber/keypoints';
import type { RenderModule } from '../rendering/render-module.ts';
import { samplesPerSide } from './look-up.ts';
import type { MeshRange } from './studio.ts';

/** The whole outline of a person inside the image, whatever stands before it. */
export interface Outline {
  /** Image pixels. */
  readonly bbox: Box;
  /** Square pixels. */
  readonly area: number;
  /** How many samples it covers, and the box of them up to and including right and bottom. */
  readonly samples: number;
  readonly box: readonly [left: number, top: number, right: number, bottom: number];
}

/**
 * Draws a person and measures what it covers: every part of the body, hair and clothes.
 *
 * @returns null when no sample shows the person.
 */
export function drawOutline(
  render: RenderModule,
  { triangles }: MeshRange,
  owner: number,
): Outline | null {
  const samples = render.rasterize(...triangles, owner);
  if (samples === 0) return null;
  const [left, right, top, bottom] = [0, 1, 2, 3].map((side) => render.coveredEdge(side)) as [
    number,
    number,
    number,
    number,
  ];
  // COCO's boxes count from the edge of the first pixel: an image w pixels wide reaches from 0 to w
  const scale = 1 / samplesPerSide;
  return {
    bbox: [left * scale, top * scale, (right + 1 - left) * scale, (bottom + 1 - top) * scale],
    area: samples * scale * scale,
    samples,
    box: [left, top, right, bottom],
  };
}

/** How many samples of an outline nothing stands before, once everything is drawn. */
export function countVisible(render: RenderModule, { box }: Outline, owner: number): number {
  return render.visibleSamples(owner, ...box);
}
