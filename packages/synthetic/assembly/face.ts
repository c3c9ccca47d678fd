import { blendColor, blendRgb, dim, field } from './material';

/** Places of a face's colors in its material. */
const iris: i32 = 16;
const brow: i32 = 19;
const lips: i32 = 22;
const beard: i32 = 25;
const beardStrength: i32 = 28;
const openness: i32 = 29;

/** Draws a face over the skin: `x` metres to the left of the nose, `y` metres above the eyes. */
export function paintFace(material: usize, x: f32, y: f32): void {
  const side = abs(x);
  if (side > 0.075) return;
  const strength = field(material, beardStrength);
  if (strength > 0 && y < -0.02 - 0.03 * (1 - side / 0.075) && y > -0.14) {
    const isMouth = y > -0.085 && y < -0.065 && side < 0.025;
    if (!isMouth) blendColor(material, beard, strength);
  }
  const ex: f32 = (side - 0.033) / 0.0165;
  const ey: f32 = y / (<f32>0.0085 * field(material, openness));
  const sy: f32 = y / 0.022;
  const socket: f32 = ex * ex * 0.45 + sy * sy;
  if (socket < 1) dim(1 - <f32>0.3 * (1 - socket));
  const lid: f32 = (y - 0.004) / 0.0125;
  if (ex * ex + ey * ey < 1) {
    blendRgb(0.75, 0.74, 0.72, 1);
    const ix: f32 = (side - 0.033) / 0.0075;
    const iy: f32 = y / 0.0085;
    if (ix * ix + iy * iy < 1) blendColor(material, iris, 1);
  } else if (ex * ex + lid * lid < 1) blendColor(material, brow, 0.6);
  if (side > 0.013 && side < 0.056 && abs(y - 0.0235 + 0.12 * abs(side - 0.035)) < 0.0055) {
    blendColor(material, brow, 0.9);
  }
  const mx: f32 = x / 0.025;
  const my: f32 = (y + 0.074) / 0.0085;
  if (mx * mx + my * my < 1) blendColor(material, lips, abs(y + 0.074) < 0.0017 ? 1 : 0.8);
}
