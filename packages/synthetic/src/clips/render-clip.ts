import type { Box, Size } from '@limber/keypoints';
import { createRandom } from '@limber/keypoints';
import sharp from 'sharp';
import type { Vec3 } from '../geometry/vector.ts';
import { addBody } from '../meshes/body.ts';
import { addHeldObjects } from '../meshes/held-objects.ts';
import { Mesh } from '../meshes/mesh.ts';
import type { Pose } from '../motions/pose.ts';
import type { Posture } from '../motions/posture.ts';
import { solvePose } from '../motions/solve-pose.ts';
import { DepthPicture } from '../rendering/depth-picture.ts';
import { develop, meterExposure } from '../rendering/film.ts';
import type { Material } from '../rendering/material.ts';
import { rasterize } from '../rendering/rasterize.ts';
import { shade } from '../rendering/shade.ts';
import { ShadowMap } from '../rendering/shadow-map.ts';
import { paintBackdrop } from '../scenes/backdrop.ts';
import type { Backdrop } from '../scenes/backdrop.ts';
import type { Contact } from '../scenes/cast-shadow.ts';
import { castShadow } from '../scenes/cast-shadow.ts';
import { addFurniture } from '../scenes/furniture.ts';
import type { Clip, ClipKey } from './clip.ts';
import { createClip } from './clip.ts';
import { bodyPoints, seenKeypoints } from './keypoints.ts';
import { measureSilhouette } from './silhouette.ts';

/** One rendered picture with its person. */
export interface RenderedFrame {
  readonly jpeg: Uint8Array;
  readonly size: Size;
  /** 17 times x, y, v. Image pixels. */
  readonly keypoints: readonly number[];
  readonly bbox: Box;
  /** Square pixels. */
  readonly area: number;
}

/** Renders the frames of a clip: a pure function of its arguments. */
export async function renderClip(key: ClipKey, frameCount: number): Promise<RenderedFrame[]> {
  const clip = createClip(key);
  const studio = setUp(clip);
  const frames: RenderedFrame[] = [];
  for (let frame = 0; frame < frameCount; frame++) {
    const moment = frameCount === 1 ? 0 : frame / (frameCount - 1);
    const posture = clip.motion.postureAt(moment, frame);
    const noiseSeed = createRandom(key.seed, 'noise', key.clip, frame).integer(1, 0x7fffffff);
    frames.push(await renderFrame(clip, studio, posture, noiseSeed));
  }
  return frames;
}

/** What the frames of a clip share: the empty room, and memory that is used again. */
interface Studio {
  readonly mesh: Mesh;
  readonly picture: DepthPicture;
  readonly backdrop: Backdrop;
  readonly shadows: ShadowMap;
  readonly materials: Material[];
  readonly colors: Float32Array;
  readonly exposure: number;
}

function setUp(clip: Clip): Studio {
  const { camera, light, room, furniture } = clip;
  const mesh = new Mesh();
  const picture = new DepthPicture(camera.size);
  const backdrop = paintBackdrop(room, camera, light);
  const materials = [...clip.materials];
  for (const thing of furniture) addFurniture(mesh, thing, materials);
  const shadows = new ShadowMap(light.towards, [0, 0.8, 0]);
  shadows.cast(mesh);
  const contacts = furniture.map(({ place, size }): Contact => ({
    place,
    radius: 0.35 * size,
    strength: 0.4,
  }));
  castShadow(backdrop.colors, backdrop, shadows, light.shadowBlur, contacts);
  rasterize(mesh, camera, picture);
  shade({ picture, camera, materials, light, shadows, colors: backdrop.colors });
  const colors = new Float32Array(backdrop.colors.length);
  const exposure = meterExposure(backdrop.colors, clip.film);
  return { mesh, picture, backdrop, shadows, materials, colors, exposure };
}

async function renderFrame(
  clip: Clip,
  studio: Studio,
  posture: Posture,
  noiseSeed: number,
): Promise<RenderedFrame> {
  const { camera, light, film, person } = clip;
  const { mesh, picture, backdrop, shadows } = studio;
  const pose = solvePose(person, posture);
  mesh.clear();
  addBody(mesh, pose, person, clip.appearance, clip.palette);
  picture.clear();
  rasterize(mesh, camera, picture);
  const silhouette = measureSilhouette(picture);
  const bodyTriangles = mesh.triangleCount;
  addHeldObjects(mesh, pose, posture.arms.left.style, clip.held);
  const materials = [...studio.materials];
  for (const thing of clip.obstacles) addFurniture(mesh, thing, materials);
  rasterize(mesh, camera, picture, bodyTriangles);
  const keypoints = seenKeypoints(bodyPoints(pose, person), camera, picture);
  const { colors } = studio;
  colors.set(backdrop.colors);
  shadows.cast(mesh);
  castShadow(colors, backdrop, shadows, light.shadowBlur, contactsOf(pose, clip));
  shade({ picture, camera, materials, light, shadows, colors });
  const bytes = develop(colors, camera.size, film, studio.exposure, noiseSeed);
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
  const things = obstacles.map(({ place, size }): Contact => ({
    place,
    radius: 0.35 * size,
    strength: 0.4,
  }));
  return [...feet, seat, ...things];
}
