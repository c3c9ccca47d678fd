import type { Box, Size } from '@limber/keypoints';
import { countLabelled, createRandom } from '@limber/keypoints';
import sharp from 'sharp';
import type { MotionLabel } from '../motions/motion-label.ts';
import { poseIn } from '../motions/pose-in.ts';
import { develop, meterExposure } from '../rendering/film.ts';
import { withRenderer } from '../rendering/renderer.ts';
import { readBackground } from '../scenes/background.ts';
import type { Clip, ClipKey } from './clip.ts';
import { createClip } from './clip.ts';
import { contactsOf } from './contacts.ts';
import { bodyPoints, seenKeypoints } from './keypoints.ts';
import { labelSets } from './label-set.ts';
import { surfaceAt } from './look-up.ts';
import { countVisible, drawOutline } from './silhouette.ts';
import type { Studio } from './studio.ts';
import { paintRoom, poseFigure, setUpStudio } from './studio.ts';

/** A person of a rendered image. */
interface RenderedPerson {
  /** Of each joint: x, y, v. Image pixels. */
  readonly keypoints: readonly number[];
  readonly bbox: Box;
  /** Square pixels. */
  readonly area: number;
  readonly motion: MotionLabel;
}

/** One rendered image with its people. */
export interface RenderedFrame {
  readonly jpeg: Uint8Array;
  readonly size: Size;
  readonly persons: readonly RenderedPerson[];
}

/** How the frames of a clip are rendered. */
export interface ClipRendering {
  readonly frameCount: number;
  /** The image behind the people; null for a room that is drawn. */
  readonly background: string | null;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Renders the frames of a clip: a pure function of its key and the background.
 *
 * @throws the reason of `signal`, once it is aborted.
 */
export async function renderClip(
  key: ClipKey,
  { frameCount, background, signal }: ClipRendering,
): Promise<RenderedFrame[]> {
  const clip = createClip(key);
  const { size } = clip.camera;
  const photograph =
    background === null
      ? null
      : await readBackground(background, size, createRandom(key.seed, 'background', key.clip));
  return withRenderer(size, async (renderer) => {
    const studio = setUpStudio(renderer, clip);
    paintRoom(studio, photograph);
    const used = renderer.numbersUsed;
    const jpegs: Promise<RenderedFrame>[] = [];
    for (let frame = 0; frame < frameCount; frame++) {
      signal?.throwIfAborted();
      renderer.freeNumbers(used);
      const moment = frameCount === 1 ? 0 : frame / (frameCount - 1);
      const noiseSeed = createRandom(key.seed, 'noise', key.clip, frame).integer(1, 0x7fffffff);
      const { persons, bytes } = renderFrame(studio, {
        key,
        moment,
        frame,
        noiseSeed,
        isPhotograph: photograph !== null,
      });
      jpegs.push(encodeFrame(bytes, clip, persons));
    }
    return Promise.all(jpegs);
  });
}

async function encodeFrame(
  bytes: Uint8Array,
  { camera: { size }, film }: Clip,
  persons: readonly RenderedPerson[],
): Promise<RenderedFrame> {
  const jpeg = await sharp(bytes, { raw: { ...size, channels: 3 } })
    .jpeg({ quality: film.quality, optimiseCoding: false })
    .toBuffer();
  return { jpeg, size, persons };
}

interface FrameTask {
  readonly key: ClipKey;
  /** 0 to 1. */
  readonly moment: number;
  readonly frame: number;
  readonly noiseSeed: number;
  readonly isPhotograph: boolean;
}

function renderFrame(
  studio: Studio,
  { key, moment, frame, noiseSeed, isPhotograph }: FrameTask,
): { readonly persons: readonly RenderedPerson[]; readonly bytes: Uint8Array } {
  const { clip, renderer, things, figures } = studio;
  const { render } = renderer;
  render.clearSamples();
  render.clearShadows();
  render.castTriangles(...things.triangles);
  const drawn = figures.map((figure) => {
    const { actor, owner, body } = figure;
    const { pose, label } = actor.motion.at(moment, frame);
    const standing = poseIn(actor.stand, pose);
    poseFigure(renderer, figure, standing);
    return { figure, pose: standing, label, outline: drawOutline(render, body, owner) };
  });
  for (const { held } of figures) render.rasterize(...held.triangles, 0);
  render.rasterize(...things.triangles, 0);
  const labels = labelSets[key.shares.joints];
  const persons = drawn.flatMap(({ figure, pose, label, outline }): RenderedPerson[] => {
    if (outline === null) return [];
    const { owner, actor } = figure;
    const visible = countVisible(render, outline, owner);
    if (visible === 0) return [];
    const points = bodyPoints(pose, actor.person, labels);
    const keypoints = seenKeypoints(points, {
      camera: clip.camera,
      owner,
      surfaceAt: (x, y) => surfaceAt(renderer, clip.camera.size, { x, y }),
    });
    const { bbox, area } = outline;
    return [
      {
        keypoints: isKnowable(bbox, visible / outline.samples, keypoints)
          ? keypoints
          : keypoints.map(() => 0),
        bbox,
        area,
        motion: label,
      },
    ];
  });
  const contacts = drawn
    .flatMap(({ pose }) => contactsOf(pose))
    .concat(clip.furniture.map(({ place, size }) => [place[0], place[2], 0.35 * size, 0.4]));
  render.castShadows(clip.light.shadowBlur, renderer.place(contacts.flat()), contacts.length);
  render.shade();
  const { film } = clip;
  const exposure = isPhotograph ? 1 : meterExposure(render.meanLight(), film);
  const { width, height } = clip.camera.size;
  const bytes = develop(renderer, width * height, { film, exposure, noiseSeed });
  return { persons, bytes };
}

/** Less of a person than this, as a share or in pixels, and COCO's annotators leave the joints out. */
const leastVisible = 0.15;
const leastHeightPx = 20;

function isKnowable(
  [, , width, height]: Box,
  visible: number,
  keypoints: readonly number[],
): boolean {
  return (
    visible >= leastVisible &&
    Math.max(width, height) >= leastHeightPx &&
    countLabelled(keypoints) > 0
  );
}
