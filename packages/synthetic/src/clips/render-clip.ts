import type { Box, Size } from '@limber/keypoints';
import { createRandom } from '@limber/keypoints';
import sharp from 'sharp';
import type { Vec3 } from '../geometry/vector.ts';
import { addBody } from '../meshes/body.ts';
import { heldObjects } from '../meshes/held-objects.ts';
import { Mesh } from '../meshes/mesh.ts';
import type { Pose } from '../motions/pose.ts';
import type { Posture } from '../motions/posture.ts';
import { solvePose } from '../motions/solve-pose.ts';
import { DepthImage } from '../rendering/depth-image.ts';
import { develop, meterExposure } from '../rendering/film.ts';
import type { Material } from '../rendering/material.ts';
import { rasterize } from '../rendering/rasterize.ts';
import { shade } from '../rendering/shade.ts';
import { ShadowMap } from '../rendering/shadow-map.ts';
import { paintBackdrop } from '../scenes/backdrop.ts';
import type { Backdrop } from '../scenes/backdrop.ts';
import type { Contact } from '../scenes/cast-shadow.ts';
import { castShadow } from '../scenes/cast-shadow.ts';
import type { Furniture } from '../scenes/furniture.ts';
import { addFurniture } from '../scenes/furniture.ts';
import type { Clip, ClipKey } from './clip.ts';
import { createClip } from './clip.ts';
import { bodyPoints, seenKeypoints } from './keypoints.ts';
import { measureSilhouette } from './silhouette.ts';

/** One rendered image with its person. */
export interface RenderedFrame {
  readonly jpeg: Uint8Array;
  readonly size: Size;
  /** 17 times x, y, v. Image pixels. */
  readonly keypoints: readonly number[];
  readonly bbox: Box;
  /** Square pixels. */
  readonly area: number;
}

/**
 * Renders the frames of a clip: a pure function of its arguments.
 *
 * @throws the reason of `signal`, once it is aborted.
 */
export async function renderClip(
  key: ClipKey,
  frameCount: number,
  signal?: AbortSignal,
): Promise<RenderedFrame[]> {
  const clip = createClip(key);
  const studio = setUp(clip);
  const frames: RenderedFrame[] = [];
  for (let frame = 0; frame < frameCount; frame++) {
    signal?.throwIfAborted();
    const moment = frameCount === 1 ? 0 : frame / (frameCount - 1);
    const posture = clip.motion.postureAt(moment, frame);
    const noiseSeed = createRandom(key.seed, 'noise', key.clip, frame).integer(1, 0x7fffffff);
    frames.push(await renderFrame(studio, posture, noiseSeed));
  }
  return frames;
}

/** What the frames of a clip share: the empty room, and memory that is used again. */
interface Studio {
  readonly clip: Clip;
  readonly mesh: Mesh;
  readonly image: DepthImage;
  readonly backdrop: Backdrop;
  readonly shadows: ShadowMap;
  readonly materials: Material[];
  readonly colors: Float32Array;
  readonly exposure: number;
}

function setUp(clip: Clip): Studio {
  const { camera, light, furniture } = clip;
  const mesh = new Mesh();
  const image = new DepthImage(camera);
  const backdrop = paintBackdrop(clip);
  const materials = [...clip.materials];
  for (const thing of furniture) addFurniture(mesh, thing, materials);
  const shadows = new ShadowMap(light.towards, [0, 0.8, 0]);
  shadows.cast(mesh);
  const contacts = furniture.map(contactOf);
  castShadow(backdrop.colors, backdrop, { shadows, blur: light.shadowBlur, contacts });
  rasterize(mesh, image);
  shade({ image, materials, light, shadows, colors: backdrop.colors });
  const colors = new Float32Array(backdrop.colors.length);
  const exposure = meterExposure(backdrop.colors, clip.film);
  return { clip, mesh, image, backdrop, shadows, materials, colors, exposure };
}

async function renderFrame(
  studio: Studio,
  posture: Posture,
  noiseSeed: number,
): Promise<RenderedFrame> {
  const { clip, mesh, image, backdrop, shadows, colors, exposure } = studio;
  const { camera, light, film, person } = clip;
  const pose = solvePose(person, posture);
  mesh.clear();
  addBody(mesh, { pose, ...clip });
  image.clear();
  rasterize(mesh, image);
  const silhouette = measureSilhouette(image);
  const bodyTriangles = mesh.triangleCount;
  heldObjects[posture.arms.left.style]?.(mesh, pose, clip.held);
  const materials = [...studio.materials];
  for (const thing of clip.obstacles) addFurniture(mesh, thing, materials);
  rasterize(mesh, image, bodyTriangles);
  const keypoints = seenKeypoints(bodyPoints(pose, person), image);
  colors.set(backdrop.colors);
  shadows.cast(mesh);
  const contacts = contactsOf(pose, clip);
  castShadow(colors, backdrop, { shadows, blur: light.shadowBlur, contacts });
  shade({ image, materials, light, shadows, colors });
  const bytes = develop(colors, camera.size, { film, exposure, noiseSeed });
  const jpeg = await sharp(bytes, { raw: { ...camera.size, channels: 3 } })
    .jpeg({ quality: film.quality })
    .toBuffer();
  const { bbox, area } = silhouette ?? { bbox: [0, 0, 0, 0] as const, area: 0 };
  return { jpeg, size: camera.size, keypoints, bbox, area };
}

function contactsOf({ legs, pelvis }: Pose, { obstacles }: Clip): Contact[] {
  const below = (place: Vec3): Vec3 => [place[0], 0, place[2]];
  const feet = [legs.left, legs.right].flatMap(({ foot }): Contact[] => {
    const toes: Vec3 = [
      foot.origin[0] + foot.front[0] * 0.12,
      0,
      foot.origin[2] + foot.front[2] * 0.12,
    ];
    return [
      { place: below(foot.origin), radius: 0.11, strength: 0.45 },
      { place: toes, radius: 0.11, strength: 0.45 },
    ];
  });
  const nearness = Math.max(0, 1 - pelvis.origin[1]);
  const seat: Contact = { place: below(pelvis.origin), radius: 0.45, strength: 0.45 * nearness };
  return [...feet, seat, ...obstacles.map(contactOf)];
}

function contactOf({ place, size }: Furniture): Contact {
  return { place, radius: 0.35 * size, strength: 0.4 };
}
