import type { Vec3 } from '../geometry/vector.ts';
import { dot, lengthOf } from '../geometry/vector.ts';
import { createRays } from '../scenes/camera.ts';
import type { Light } from '../scenes/light.ts';
import { occlusionAt } from './ambient-occlusion.ts';
import type { DepthImage } from './depth-image.ts';
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

/** What is kept while the samples of a pixel are shaded: built once, written for every sample. */
interface Shading extends ShadeOptions {
  readonly rayOf: (x: number, y: number) => Vec3;
  /** The light of the pixel's samples, added up. */
  readonly sum: Float32Array;
  /** The light of the sample that was shaded last. */
  readonly seen: Float32Array;
  readonly albedo: Float32Array;
  readonly sample: { column: number; row: number };
  readonly texture: { u: number; v: number };
  readonly normal: [number, number, number];
  /** A point just off the surface. */
  readonly point: [number, number, number];
  /** How much of the lamp and of the sky reaches the pixel, by its first sample. */
  readonly reached: { lamp: number; sky: number };
}

const samplesPerPixel = samplesPerSide * samplesPerSide;

/** Metres by which a point is moved off its surface before it is looked up in the shadow map. */
const shadowBias = 0.025;
const selfShadowBlur = 0.025;

/** Colors what the rasterizer found and lays it over the pixels behind, with smooth edges. */
export function shade(options: ShadeOptions): void {
  const { colors, image } = options;
  const { width } = image.camera.size;
  const shading = createShading(options);
  const { sum } = shading;
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

function createShading(options: ShadeOptions): Shading {
  return {
    ...options,
    rayOf: createRays(options.image.camera),
    sum: new Float32Array(3),
    seen: new Float32Array(3),
    albedo: new Float32Array(3),
    sample: { column: 0, row: 0 },
    texture: { u: 0, v: 0 },
    normal: [0, 0, 0],
    point: [0, 0, 0],
    reached: { lamp: 1, sky: 1 },
  };
}

/** Adds up the light of a pixel's samples. @returns how many of them are covered. */
function shadePixel(shading: Shading, x: number, y: number): number {
  const { image, materials, sum, seen, sample } = shading;
  let covered = 0;
  let shaded = -1;
  sum.fill(0);
  for (let sub = 0; sub < samplesPerPixel; sub++) {
    sample.column = x * samplesPerSide + (sub % samplesPerSide);
    sample.row = y * samplesPerSide + Math.floor(sub / samplesPerSide);
    const at = sample.row * image.width + sample.column;
    if (image.part[at] === 0) continue;
    const index = image.material[at]!;
    const { pattern, face } = materials[index]!;
    // samples of one plain material look alike within a pixel; drawings on it do not
    if (index !== shaded || pattern !== null || face !== undefined) {
      shadeSample(shading, at, covered === 0);
      shaded = index;
    }
    covered++;
    sum[0] = sum[0]! + seen[0]!;
    sum[1] = sum[1]! + seen[1]!;
    sum[2] = sum[2]! + seen[2]!;
  }
  return covered;
}

function shadeSample(shading: Shading, at: number, isFirst: boolean): void {
  const { image, materials, light, sample, normal, texture, seen, albedo, reached } = shading;
  readNormal(image, at, normal);
  const ray = shading.rayOf(toImagePx(sample.column), toImagePx(sample.row));
  if (isFirst) {
    const { point, shadows } = shading;
    const { position } = image.camera;
    const depth = image.depth[at]!;
    for (let axis = 0; axis < 3; axis++) {
      point[axis] = position[axis]! + ray[axis]! * depth + normal[axis]! * shadowBias;
    }
    reached.lamp = shadows.litShare(point, selfShadowBlur, shadowBias);
    reached.sky = occlusionAt(image, sample, normal);
  }
  const material = materials[image.material[at]!]!;
  texture.u = image.texture[at * 2]!;
  texture.v = image.texture[at * 2 + 1]!;
  paint(material, texture, albedo);
  const { softness, gloss, polish } = material;
  const { towards } = light;
  const facing = dot(normal, towards);
  const diffuse = Math.max(0, (facing + softness) / (1 + softness)) * reached.lamp;
  const raySize = 1 / lengthOf(ray);
  const hx = towards[0] - ray[0] * raySize;
  const hy = towards[1] - ray[1] * raySize;
  const hz = towards[2] - ray[2] * raySize;
  const half =
    (normal[0] * hx + normal[1] * hy + normal[2] * hz) / Math.sqrt(hx * hx + hy * hy + hz * hz);
  const highlight = facing > 0 && half > 0 ? gloss * half ** polish * reached.lamp : 0;
  const up = 0.5 + 0.5 * normal[1];
  for (let channel = 0; channel < 3; channel++) {
    const lamp = light.lamp[channel]!;
    const ground = light.ground[channel]!;
    const ambient = (ground + (light.sky[channel]! - ground) * up) * reached.sky;
    seen[channel] = albedo[channel]! * (lamp * diffuse + ambient) + highlight * lamp;
  }
}

/** Reads the unit normal of a sample into `out`. */
function readNormal({ normal }: DepthImage, at: number, out: [number, number, number]): void {
  const x = normal[at * 3]!;
  const y = normal[at * 3 + 1]!;
  const z = normal[at * 3 + 2]!;
  const size = 1 / Math.sqrt(x * x + y * y + z * z);
  out[0] = x * size;
  out[1] = y * size;
  out[2] = z * size;
}
