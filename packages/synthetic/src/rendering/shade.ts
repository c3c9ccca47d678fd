import { dot, lengthOf } from '../geometry/vector.ts';
import { rayOf } from '../scenes/camera.ts';
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

// What is kept while the samples of a pixel are shaded, written anew for every sample.
/** The light of the pixel's samples, added up. */
const sum: Float32Array = new Float32Array(3);
/** The light of the sample that was shaded last. */
const seen: Float32Array = new Float32Array(3);
const albedo: Float32Array = new Float32Array(3);
const sample = { column: 0, row: 0 };
const texture = { u: Number.NaN, v: Number.NaN };
const normal: [number, number, number] = [Number.NaN, Number.NaN, Number.NaN];
/** A point just off the surface. */
const point: [number, number, number] = [Number.NaN, Number.NaN, Number.NaN];
/** How much of the lamp and of the sky reaches the pixel, by its first sample. */
const reached = { lamp: Number.NaN, sky: Number.NaN };

const samplesPerPixel = samplesPerSide * samplesPerSide;

/** Metres by which a point is moved off its surface before it is looked up in the shadow map. */
const shadowBias = 0.025;
const selfShadowBlur = 0.025;

/** Colors what the rasterizer found and lays it over the pixels behind, with smooth edges. */
export function shade(options: ShadeOptions): void {
  const { colors, image } = options;
  const { width } = image.camera.size;
  const pixelOf = (sample: number): number => Math.floor(sample / samplesPerSide);
  for (let y = pixelOf(image.top); y <= pixelOf(image.bottom); y++) {
    for (let x = pixelOf(image.left); x <= pixelOf(image.right); x++) {
      const covered = shadePixel(options, x, y);
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
function shadePixel(options: ShadeOptions, x: number, y: number): number {
  const { image, materials } = options;
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
    if (index !== shaded || pattern !== null || face !== null) {
      shadeSample(options, at, covered === 0);
      shaded = index;
    }
    covered++;
    sum[0] = sum[0]! + seen[0]!;
    sum[1] = sum[1]! + seen[1]!;
    sum[2] = sum[2]! + seen[2]!;
  }
  return covered;
}

function shadeSample(options: ShadeOptions, at: number, isFirst: boolean): void {
  const { image, materials, light, shadows } = options;
  readNormal(image, at);
  const ray = rayOf(image.camera, toImagePx(sample.column), toImagePx(sample.row));
  if (isFirst) {
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

/** Reads the unit normal of a sample. */
function readNormal({ normal: normals }: DepthImage, at: number): void {
  const x = normals[at * 3]!;
  const y = normals[at * 3 + 1]!;
  const z = normals[at * 3 + 2]!;
  const size = 1 / Math.sqrt(x * x + y * y + z * z);
  normal[0] = x * size;
  normal[1] = y * size;
  normal[2] = z * size;
}
