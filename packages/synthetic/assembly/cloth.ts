import { paintFace } from './face';
import { blendColor, field, fieldShare, fieldSize, kindOf, seedOf, setColor } from './material';
import { fraction, layeredNoise } from './noise';

/**
 * Paints cloth, skin or an object.
 *
 * @param u - turns around a limb, 0 to 1; on a face, metres to the left.
 * @param v - metres along the limb; on a face, metres above the eyes.
 */
export function paintCloth(material: usize, u: f32, v: f32): void {
  setColor(material, 0, 1);
  const kind = kindOf(material);
  if (kind === 8) paintFace(material, u, v);
  else if (kind !== 0) blendColor(material, 4, coverAt(material, kind, u, v));
}

/** How much of the second color covers a place, 0 to 1. */
function coverAt(material: usize, kind: i32, u: f32, v: f32): f32 {
  const size = field(material, fieldSize);
  const share = field(material, fieldShare);
  switch (kind) {
    case 1: // bands
      return fraction(v / size) < share ? 1 : 0;
    case 2: // stripes
      return fraction(u * size) < share ? 1 : 0;
    case 3: // side stripe
      return abs(fraction(u - share + 0.5) - 0.5) < size ? 1 : 0;
    case 4: {
      // checks
      const isAcross = fraction(v / size) < 0.4;
      const isAround = fraction(u * share) < 0.4;
      return isAcross && isAround ? 1 : isAcross || isAround ? 0.5 : 0;
    }
    case 5: {
      // print on the front
      const x: f32 = (u - 0.25) * 0.9;
      const y = v - share;
      const isLetter = fraction(x / size / 0.35) < 0.7 && abs(y) < size * 0.3;
      return isLetter && abs(x) < size ? 1 : 0;
    }
    case 6: // blotches
      return layeredNoise((u * 0.4) / size, v / size, seedOf(material)) > 0.52 ? 1 : 0;
    case 7: // the part below a height
      return v < size ? 1 : 0;
    case 9: {
      // dots, every other row shifted
      const row = floor(v / size);
      const x = fraction(u * share + ((<i32>row) & 1 ? <f32>0.5 : <f32>0)) - 0.5;
      const y = fraction(v / size) - 0.5;
      return x * x + y * y < 0.07 ? 1 : 0;
    }
    default:
      return 0;
  }
}
