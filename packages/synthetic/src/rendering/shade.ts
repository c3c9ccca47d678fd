import type { Camera } from '../scenes/camera.ts';
import type { Light } from '../scenes/light.ts';
import { occlusionAt } from './ambient-occlusion.ts';
import type { DepthPicture } from './depth-picture.ts';
import { samplesPerSide, toImagePx } from './depth-picture.ts';
import type { Material } from './material.ts';
import { paint } from './paint.ts';
import type { ShadowMap } from './shadow-map.ts';

export interface ShadeOptions {
  readonly picture: DepthPicture;
  readonly camera: Camera;
  readonly materials: readonly Material[];
  readonly light: Light;
  readonly shadows: ShadowMap;
  /** Linear red, green, blue of every pixel: holds what is behind, and is drawn over. */
  readonly colors: Float32Array;
}

/** Metres by which a point is moved off its surface before it is looked up in the shadow map. */
const shadowBias = 0.025;
const selfShadowBlur = 0.025;

/** Colours what the rasteriser found and lays it over the pixels behind, with smooth edges. */
export function shade(options: ShadeOptions): void {
  const { camera, colors, picture } = options;
  const { width } = camera.size;
  const sum = new Float32Array(3);
  const pixelOf = (sample: number): number => Math.floor(sample / samplesPerSide);
  for (let y = pixelOf(picture.top); y <= pixelOf(picture.bottom); y++) {
    for (let x = pixelOf(picture.left); x <= pixelOf(picture.right); x++) {
      const covered = shadePixel(options, x, y, sum);
      if (covered === 0) continue;
      const rest = 1 - covered / (samplesPerSide * samplesPerSide);
      const at = (y * width + x) * 3;
      for (let channel = 0; channel < 3; channel++) {
        colors[at + channel] =
          colors[at + channel]! * rest + sum[channel]! / (samplesPerSide * samplesPerSide);
      }
    }
  }
}

/** Adds up the light of a pixel's samples. @returns how many of them are covered. */
function shadePixel(options: ShadeOptions, x: number, y: number, sum: Float32Array): number {
  const { picture, materials } = options;
  let covered = 0;
  let shaded = -1;
  sum.fill(0);
  for (let sub = 0; sub < samplesPerSide * samplesPerSide; sub++) {
    const column = x * samplesPerSide + (sub % samplesPerSide);
    const row = y * samplesPerSide + Math.floor(sub / samplesPerSide);
    const at = row * picture.width + column;
    if (picture.part[at] === 0) continue;
    const index = picture.material[at]!;
    const material = materials[index]!;
    // samples of one plain material look alike within a pixel; drawings on it do not
    if (index !== shaded || material.pattern.type !== 'plain') {
      shadeSample(options, column, row, covered === 0);
      shaded = index;
    }
    covered++;
    sum[0] = sum[0]! + seen[0]!;
    sum[1] = sum[1]! + seen[1]!;
    sum[2] = sum[2]! + seen[2]!;
  }
  return covered;
}

/** The light of the sample that was shaded last, and what its pixel shares: the lamp and the sky that reach it. */
const seen: Float32Array = new Float32Array(3);
const reached = { lamp: 1, sky: 1 };
const albedo: Float32Array = new Float32Array(3);

function shadeSample(
  { picture, camera, materials, light, shadows }: ShadeOptions,
  column: number,
  row: number,
  isFirst: boolean,
): void {
  const { right, down, forward, position } = camera;
  const at = row * picture.width + column;
  const depth = picture.depth[at]!;
  let nx = picture.normal[at * 3]!;
  let ny = picture.normal[at * 3 + 1]!;
  let nz = picture.normal[at * 3 + 2]!;
  const size = 1 / Math.sqrt(nx * nx + ny * ny + nz * nz);
  nx *= size;
  ny *= size;
  nz *= size;
  const across = (toImagePx(column) - camera.centre[0]) / camera.focal;
  const downwards = (toImagePx(row) - camera.centre[1]) / camera.focal;
  const rx = forward[0] + right[0] * across + down[0] * downwards;
  const ry = forward[1] + right[1] * across + down[1] * downwards;
  const rz = forward[2] + right[2] * across + down[2] * downwards;
  if (isFirst) {
    const px = position[0] + rx * depth + nx * shadowBias;
    const py = position[1] + ry * depth + ny * shadowBias;
    const pz = position[2] + rz * depth + nz * shadowBias;
    reached.lamp = shadows.litShare(px, py, pz, selfShadowBlur, shadowBias);
    reached.sky = occlusionAt(picture, camera, column, row, nx, ny, nz);
  }
  const material = materials[picture.material[at]!]!;
  paint(material, picture.texture[at * 2]!, picture.texture[at * 2 + 1]!, albedo);
  const { softness, gloss, polish } = material;
  const tx = light.towards[0];
  const ty = light.towards[1];
  const tz = light.towards[2];
  const facing = nx * tx + ny * ty + nz * tz;
  const diffuse = Math.max(0, (facing + softness) / (1 + softness)) * reached.lamp;
  const raySize = 1 / Math.sqrt(rx * rx + ry * ry + rz * rz);
  const hx = tx - rx * raySize;
  const hy = ty - ry * raySize;
  const hz = tz - rz * raySize;
  const half = (nx * hx + ny * hy + nz * hz) / Math.sqrt(hx * hx + hy * hy + hz * hz);
  const highlight = facing > 0 && half > 0 ? gloss * half ** polish * reached.lamp : 0;
  const up = 0.5 + 0.5 * ny;
  for (let channel = 0; channel < 3; channel++) {
    const lamp = light.lamp[channel]!;
    const ground = light.ground[channel]!;
    const ambient = (ground + (light.sky[channel]! - ground) * up) * reached.sky;
    seen[channel] = albedo[channel]! * (lamp * diffuse + ambient) + highlight * lamp;
  }
}
