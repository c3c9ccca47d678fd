import { layeredNoise, valueNoise } from './noise.ts';
import type { FacePaint, Material } from './material.ts';

/**
 * Writes the colour of a material at a texture place into `out`, linear light.
 *
 * @param u - turns around a limb from 0 to 1; on a face, metres to the left (10 more at the back).
 * @param v - metres along a limb; on a face, metres above the eyes.
 */
export function paint(material: Material, u: number, v: number, out: Float32Array): void {
  const { color, pattern, folds, seed } = material;
  out[0] = color[0];
  out[1] = color[1];
  out[2] = color[2];
  switch (pattern.type) {
    case 'plain':
      break;
    case 'bands':
      if (fraction(v / pattern.width) < pattern.share) cover(out, pattern.color, 1);
      break;
    case 'stripes':
      if (fraction(u * pattern.count) < pattern.share) cover(out, pattern.color, 1);
      break;
    case 'side-stripe':
      if (Math.abs(fraction(u - pattern.angle + 0.5) - 0.5) < pattern.width) {
        cover(out, pattern.color, 1);
      }
      break;
    case 'checks': {
      const isAcross = fraction(v / pattern.width) < 0.4;
      const isAround = fraction(u * pattern.count) < 0.4;
      if (isAcross || isAround) cover(out, pattern.color, isAcross && isAround ? 1 : 0.5);
      break;
    }
    case 'print': {
      const x = (u - 0.25) * 0.9;
      const y = v - pattern.along;
      const letters = fraction(x / pattern.size / 0.35) < 0.7 && Math.abs(y) < pattern.size * 0.3;
      if (letters && Math.abs(x) < pattern.size) cover(out, pattern.color, 1);
      break;
    }
    case 'blotches':
      if (layeredNoise((u * 0.4) / pattern.size, v / pattern.size, seed) > 0.52) {
        cover(out, pattern.color, 1);
      }
      break;
    case 'sole':
      if (v < pattern.height) cover(out, pattern.color, 1);
      break;
    case 'face':
      paintFace(pattern.face, u, v, out);
      break;
  }
  if (folds > 0) {
    const wave = valueNoise(u * 9 + v * 6, v * 11 - u * 5, seed) - 0.5;
    const fine = valueNoise(u * 60, v * 90, seed + 7) - 0.5;
    const factor = 1 + folds * (0.75 * wave + 0.25 * fine);
    darken(out, factor);
  }
}

function paintFace(face: FacePaint, x: number, y: number, out: Float32Array): void {
  if (Math.abs(x) > 0.075) return;
  const side = Math.abs(x);
  if (face.beardStrength > 0 && y < -0.02 - 0.03 * (1 - side / 0.075) && y > -0.14) {
    const isMouth = y > -0.085 && y < -0.065 && side < 0.025;
    if (!isMouth) cover(out, face.beard, face.beardStrength);
  }
  const ex = (side - 0.033) / 0.0165;
  const ey = y / (0.0085 * face.eyeOpenness);
  const socket = ex * ex * 0.45 + (y / 0.022) * (y / 0.022);
  if (socket < 1) {
    const shade = 1 - 0.3 * (1 - socket);
    darken(out, shade);
  }
  if (ex * ex + ey * ey < 1) {
    cover(out, eyeWhite, 1);
    const iris = (side - 0.033) / 0.0075;
    if (iris * iris + (y / 0.0085) ** 2 < 1) cover(out, face.iris, 1);
  } else if (ex * ex + ((y - 0.004) / 0.0125) ** 2 < 1) {
    cover(out, face.brow, 0.6);
  }
  if (
    side > 0.013 &&
    side < 0.056 &&
    Math.abs(y - 0.0235 + 0.12 * Math.abs(side - 0.035)) < 0.0055
  ) {
    cover(out, face.brow, 0.9);
  }
  if ((x / 0.025) ** 2 + ((y + 0.074) / 0.0085) ** 2 < 1) {
    cover(out, face.lips, Math.abs(y + 0.074) < 0.0017 ? 1 : 0.8);
  }
}

const eyeWhite = [0.75, 0.74, 0.72] as const;

function cover(
  out: Float32Array,
  color: readonly [number, number, number],
  strength: number,
): void {
  out[0] = out[0]! + (color[0] - out[0]!) * strength;
  out[1] = out[1]! + (color[1] - out[1]!) * strength;
  out[2] = out[2]! + (color[2] - out[2]!) * strength;
}

function darken(out: Float32Array, factor: number): void {
  out[0] = out[0]! * factor;
  out[1] = out[1]! * factor;
  out[2] = out[2]! * factor;
}

function fraction(value: number): number {
  return value - Math.floor(value);
}
