import type { Color } from './color.ts';
import type { TexturePlace } from './texture-place.ts';
import { blendColor, dimColor } from './color.ts';

/** The colors of a face. */
export interface FacePaint {
  readonly brow: Color;
  readonly iris: Color;
  readonly lips: Color;
  /** Color and share of a beard, 0 for none. */
  readonly beard: Color;
  readonly beardStrength: number;
  readonly eyeOpenness: number;
}

/** Draws a face over the skin in `out`; `place` is metres to the left of the nose, and above the eyes. */
export function paintFace(face: FacePaint, place: TexturePlace, out: Float32Array): void {
  const { u: x, v: y } = place;
  if (Math.abs(x) > 0.075) return;
  const side = Math.abs(x);
  if (face.beardStrength > 0 && y < -0.02 - 0.03 * (1 - side / 0.075) && y > -0.14) {
    const isMouth = y > -0.085 && y < -0.065 && side < 0.025;
    if (!isMouth) blendColor(out, face.beard, face.beardStrength);
  }
  const ex = (side - 0.033) / 0.0165;
  const ey = y / (0.0085 * face.eyeOpenness);
  const socket = ex * ex * 0.45 + (y / 0.022) * (y / 0.022);
  if (socket < 1) {
    const shade = 1 - 0.3 * (1 - socket);
    dimColor(out, shade);
  }
  if (ex * ex + ey * ey < 1) {
    blendColor(out, eyeWhite, 1);
    const iris = (side - 0.033) / 0.0075;
    if (iris * iris + (y / 0.0085) ** 2 < 1) blendColor(out, face.iris, 1);
  } else if (ex * ex + ((y - 0.004) / 0.0125) ** 2 < 1) {
    blendColor(out, face.brow, 0.6);
  }
  if (
    side > 0.013 &&
    side < 0.056 &&
    Math.abs(y - 0.0235 + 0.12 * Math.abs(side - 0.035)) < 0.0055
  ) {
    blendColor(out, face.brow, 0.9);
  }
  if ((x / 0.025) ** 2 + ((y + 0.074) / 0.0085) ** 2 < 1) {
    blendColor(out, face.lips, Math.abs(y + 0.074) < 0.0017 ? 1 : 0.8);
  }
}

const eyeWhite = [0.75, 0.74, 0.72] as const;
