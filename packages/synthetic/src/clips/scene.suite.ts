import type { Pose } from '../motions/pose.ts';
import { poseIn } from '../motions/pose-in.ts';
import { Renderer } from '../rendering/renderer.ts';
import type { Clip } from './clip.ts';
import { createClip } from './clip.ts';
import type { BodyPoint, Surface } from './keypoints.ts';
import { bodyPoints, seenKeypoints } from './keypoints.ts';
import { labelSets } from './label-set.ts';
import { surfaceAt } from './look-up.ts';
import { fillSceneOptions } from './scene-options.ts';
import type { SceneOptions } from './scene-options.ts';
import type { Outline } from './silhouette.ts';
import { drawOutline } from './silhouette.ts';
import { poseFigure, setUpStudio } from './studio.ts';

/** A person of a drawn scene. */
interface DrawnPerson {
  readonly points: readonly BodyPoint[];
  readonly keypoints: readonly number[];
  readonly outline: Outline | null;
}

/** What tests look at: everybody drawn once, and what is seen where. */
export interface DrawnScene {
  readonly persons: readonly DrawnPerson[];
  readonly surfaceAt: (x: number, y: number) => Surface | null;
}

/** One for all scenes of a test file: a scene holds until the next one is drawn. */
export const renderer = new Renderer();

/** Squats and standing people by themselves, unless something else is asked for. */
export function clipOf(seed: number, clip: number, options: SceneOptions = {}): Clip {
  const alone = { motions: { squat: 7, standing: 3 }, companions: 0, obstacles: 0, distortion: 0 };
  return createClip({ seed, clip, shares: fillSceneOptions({ ...alone, ...options }) });
}

/** The pose of the one in the middle. */
export function poseAt(clip: Clip, moment: number): Pose {
  return clip.actors[0]!.motion.at(moment, 0).pose;
}

/** Draws a clip at a moment, the one in the middle in another pose if one is given. */
export function drawScene(clip: Clip, moment: number, pose = poseAt(clip, moment)): DrawnScene {
  const { render } = renderer;
  const { figures, things } = setUpStudio(renderer, clip);
  render.clearSamples();
  const drawn = figures.map((figure, index) => {
    const own = index === 0 ? pose : figure.actor.motion.at(moment, 0).pose;
    const standing = poseIn(figure.actor.stand, own);
    poseFigure(renderer, figure, standing);
    return { figure, standing, outline: drawOutline(render, figure.body, figure.owner) };
  });
  for (const { held } of figures) render.rasterize(...held.triangles, 0);
  render.rasterize(...things.triangles, 0);
  const look = (x: number, y: number): Surface | null =>
    surfaceAt(renderer, clip.camera.size, { x, y });
  const persons = drawn.map(({ figure, standing, outline }) => {
    const points = bodyPoints(standing, figure.actor.person, labelSets['coco-17']);
    const { owner } = figure;
    const keypoints = seenKeypoints(points, { camera: clip.camera, owner, surfaceAt: look });
    return { points, keypoints, outline };
  });
  return { persons, surfaceAt: look };
}
