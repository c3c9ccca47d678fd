import type { Vec3 } from '../geometry/vector.ts';
import { addScaled, dot, lengthOf, scale } from '../geometry/vector.ts';
import { rayOf } from '../scenes/camera.ts';
import type { Light } from '../scenes/light.ts';
import { occlusionAt } from './ambient-occlusion.ts';
import type { DepthImage, Sample } from './depth-image.ts';
import { samplesPerSide, toImagePx } from './depth-image.ts';
import type { Material } from './material.ts';
import { paint } from './paint.ts';
import type { ShadowMap } from './shadow-map.ts';

export interface ShadeOptions {
  readonly image: DepthImage;
  readonly materials: readonly Material[];
  readonly light: Light;
  readonly shadows: ShadowMap;
  /** Linear red, green, blue of every pixel: holds what is behind, and is drawn over. */
  readonly colors: Float32Array;
}

/** What is kept while the samples of a pixel are shaded. */
interface Shading extends ShadeOptions {
  /** The light of the pixel's samples, added up. */
  readonly sum: Float32Array;
  /** The light of the sample that was shaded last. */
  readonly seen: Float32Array;
  readonly albedo: Float32Array;
  /** How much of the lamp and of the sky reaches the pixel, by its first sample. */
  lampShare: number;
  skyShare: number;
}

const samplesPerPixel = samplesPerSide * samplesPerSide;

/** Metres by which a point is moved off its surface before it is looked up in the shadow map. */
const shadowBias = 0.025;
const selfShadowBlur = 0.025;

/** Colors what the rasterizer found and lays it over the pixels behind, with smooth edges. */
export function shade(options: ShadeOptions): void {
  const { colors, image } = options;
  const { width } = image.camera.size;
  const sum = new Float32Array(3);
  const seen = new Float32Array(3);
  const albedo = new Float32Array(3);
  const shading: Shading = { ...options, sum, seen, albedo, lampShare: 1, skyShare: 1 };
  const pixelOf = (sample: number): number => Math.floor(sample / samplesPerSide);
  for (let y = pixelOf(image.top); y <= pixelOf(image.bottom); y++) {
    for (let x = pixelOf(image.left); x <= pixelOf(image.right); x++) {
      const covered = shadePixel(shading, x, y);
      if (covered === 0) continue;
      const rest = 1 - covered / samplesPerPixel;
      const at = (y * width + x) * 3;
      for (let channel = 0; channel < 3; channel++) {
        colors[at + channel] = colors[at + channel]! * rest + sum[channel]! / samplesPerPixel;
      }
    }
  }
}

/** Adds up the light of a pixel's samples. @returns how many of them are covered. */
function shadePixel(shading: Shading, x: number, y: number): number {
  const { image, materials, sum, seen } = shading;
  let covered = 0;
  let shaded = -1;
  sum.fill(0);
  for (let sub = 0; sub < samplesPerPixel; sub++) {
    const column = x * samplesPerSide + (sub % samplesPerSide);
    const row = y * samplesPerSide + Math.floor(sub / samplesPerSide);
    const at = row * image.width + column;
    if (image.part[at] === 0) continue;
    const index = image.material[at]!;
    const { pattern, face } = materials[index]!;
    // samples of one plain material look alike within a pixel; drawings on it do not
    if (index !== shaded || pattern !== null || face !== undefined) {
      shadeSample(shading, [column, row], covered === 0);
      shaded = index;
    }
    covered++;
    sum[0] = sum[0]! + seen[0]!;
    sum[1] = sum[1]! + seen[1]!;
    sum[2] = sum[2]! + seen[2]!;
  }
  return covered;
}

function shadeSample(shading: Shading, sample: Sample, isFirst: boolean): void {
  const { image, materials, light, shadows, seen, albedo } = shading;
  const [column, row] = sample;
  const at = row * image.width + column;
  const normal = normalAt(image, at);
  const ray = rayOf(image.camera, toImagePx(column), toImagePx(row));
  if (isFirst) {
    const place = addScaled(image.camera.position, ray, image.depth[at]!);
    const offSurface = addScaled(place, normal, shadowBias);
    shading.lampShare = shadows.litShare(offSurface, selfShadowBlur, shadowBias);
    shading.skyShare = occlusionAt(image, sample, normal);
  }
  const material = materials[image.material[at]!]!;
  paint(material, [image.texture[at * 2]!, image.texture[at * 2 + 1]!], albedo);
  const { softness, gloss, polish } = material;
  const facing = dot(normal, light.towards);
  const diffuse = Math.max(0, (facing + softness) / (1 + softness)) * shading.lampShare;
  const halfway = addScaled(light.towards, ray, -1 / lengthOf(ray));
  const half = dot(normal, halfway) / lengthOf(halfway);
  const highlight = facing > 0 && half > 0 ? gloss * half ** polish * shading.lampShare : 0;
  const up = 0.5 + 0.5 * normal[1];
  for (let channel = 0; channel < 3; channel++) {
    const lamp = light.lamp[channel]!;
    const ground = light.ground[channel]!;
    const ambient = (ground + (light.sky[channel]! - ground) * up) * shading.skyShare;
    seen[channel] = albedo[channel]! * (lamp * diffuse + ambient) + highlight * lamp;
  }
}

function normalAt({ normal }: DepthImage, at: number): Vec3 {
  const mixed = [normal[at * 3]!, normal[at * 3 + 1]!, normal[at * 3 + 2]!] as const;
  return scale(mixed, 1 / lengthOf(mixed));
}
