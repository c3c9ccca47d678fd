import type { Random } from '@limber/keypoints';
import type { Color } from '../rendering/color.ts';
import { colorOfHex, colorOfHsv, mixColors, scaleColor } from '../rendering/color.ts';
import type { FacePaint, Material, Pattern } from '../rendering/material.ts';
import type { Person } from './person.ts';

export type HairStyle = 'bald' | 'short' | 'medium' | 'long' | 'ponytail' | 'bun' | 'cap';

/** How a person looks: skin, hair and clothes. Ranges are parts of a limb from its upper joint. */
export interface Appearance {
  readonly hair: HairStyle;
  readonly materials: Readonly<
    Record<
      | 'skin'
      | 'face'
      | 'hair'
      | 'shirt'
      | 'sleeve'
      | 'trousers'
      | 'shoe'
      | 'sock'
      | 'cap'
      | 'glove',
      Material
    >
  >;
  /** How far the sleeves reach: 0 none, 1 to the elbow, 2 to the wrist. */
  readonly sleeveLength: number;
  /** How far up the socks begin: 1 at the knee, 2 for none. */
  readonly sockTop: number;
  readonly isBarefoot: boolean;
  readonly hasGloves: boolean;
  readonly hasShirt: boolean;
  /** How far the trousers reach: 1 to the knee, 2 to the ankle. */
  readonly trouserLength: number;
  /** How far cloth stands off the body, metres. */
  readonly looseness: { readonly shirt: number; readonly trousers: number };
  /** The neckline, metres below the base of the neck. */
  readonly neckline: number;
  /** Metres below the hips that the shirt hangs; negative when it is tucked in, or short. */
  readonly hem: number;
}

/** From very light to very dark, after the steps of Monk's skin tone scale. */
const skinTones = [
  'f0d6c0',
  'e8c4a4',
  'e0b48c',
  'd09c74',
  'c08a60',
  'a87048',
  '8c5a38',
  '70462c',
  '543420',
  '3e2818',
];
const hairTones = [
  '14100e',
  '1e1612',
  '33211a',
  '4a3020',
  '6e4a2c',
  '9a7444',
  'c4a468',
  '7a3a1c',
  '9a9894',
];

/** Draws how a person looks. */
export function createAppearance(random: Random, person: Person): Appearance {
  const skin = mixColors(
    colorOfHex(random.pick(skinTones)),
    colorOfHex(random.pick(skinTones)),
    random.uniform(0, 0.3),
  );
  const hair = colorOfHex(random.pick(hairTones));
  const isLongHaired = random.chance(person.curves > 0.5 ? 0.75 : 0.12);
  const style = isLongHaired
    ? random.pick(['long', 'ponytail', 'ponytail', 'bun', 'medium'] as const)
    : random.pick(['short', 'short', 'short', 'medium', 'bald', 'cap'] as const);
  const material = (color: Color, more: Partial<Material>): Material => ({
    color,
    pattern: { kind: 'plain' },
    gloss: 0.03,
    polish: 12,
    folds: 0,
    softness: 0.15,
    seed: random.integer(1, 1_000_000),
    ...more,
  });
  const skinMaterial = material(skin, { gloss: 0.12, polish: 14, folds: 0.06, softness: 0.3 });
  const shirt = drawCloth(random);
  const trousers = drawCloth(random);
  const tight = random.chance(0.35);
  const isBarefoot = random.chance(0.15);
  const hasShirt = person.curves > 0.5 || !random.chance(0.15);
  const isCrop = person.curves > 0.5 && random.chance(0.2);
  const face: FacePaint = {
    brow: mixColors(scaleColor(hair, 0.7), skin, 0.15),
    iris: random.pick([colorOfHex('241810'), colorOfHex('1a1410'), colorOfHex('30404a')]),
    lips: mixColors(skin, colorOfHex(person.curves > 0.5 ? 'a03838' : '8a4038'), 0.5),
    beard: hair,
    beardStrength: person.curves < 0.5 && random.chance(0.4) ? random.uniform(0.25, 0.9) : 0,
    eyeOpenness: random.uniform(0.75, 1.15),
  };
  const cloth = (color: Color, pattern: Pattern): Material =>
    material(color, { pattern, folds: random.uniform(0.35, 1), softness: 0.1 });
  const shirtMaterial = cloth(shirt, drawPattern(random, shirt, 'torso'));
  const isAllOver = ['bands', 'checks', 'blotches', 'dots'].includes(shirtMaterial.pattern.kind);
  const sleevePattern: Pattern = isAllOver ? shirtMaterial.pattern : { kind: 'plain' };
  const sleeveColor = random.chance(0.12) ? drawCloth(random) : shirt;
  return {
    hair: style,
    materials: {
      skin: skinMaterial,
      face: { ...skinMaterial, pattern: { kind: 'face', face } },
      hair: material(hair, { gloss: 0.2, polish: 24, folds: 0.7, softness: 0.3 }),
      shirt: shirtMaterial,
      sleeve: { ...shirtMaterial, color: sleeveColor, pattern: sleevePattern },
      trousers: cloth(trousers, drawPattern(random, trousers, 'legs')),
      shoe: material(drawCloth(random), {
        pattern: {
          kind: 'below',
          second: colorOfHsv(0, 0, random.pick([0.9, 0.85, 0.2])),
          size: 0.025,
        },
        gloss: 0.15,
        polish: 30,
        folds: 0.2,
      }),
      sock: material(
        random.chance(0.25) ? drawCloth(random) : colorOfHsv(0, 0, random.pick([0.92, 0.9, 0.15])),
        { folds: 0.3 },
      ),
      cap: material(drawCloth(random), { folds: 0.2 }),
      glove: material(drawCloth(random), { folds: 0.2 }),
    },
    sleeveLength:
      hasShirt && !isCrop ? random.pick([0, 0.45, 0.55, 0.6, 0.7, 0.85, 1.4, 1.95, 1.95]) : 0,
    trouserLength: random.pick([0.12, 0.35, 0.6, 0.8, 0.9, 1.5, 1.95, 1.95, 1.95]),
    looseness: {
      shirt: tight ? 0.004 : random.uniform(0.006, 0.022),
      trousers: random.chance(0.45) ? 0.003 : random.uniform(0.006, 0.02),
    },
    neckline: random.uniform(0, 0.05),
    hem: isCrop
      ? random.uniform(-0.3, -0.2)
      : random.chance(0.3)
        ? -0.08
        : random.uniform(0.02, 0.16),
    hasShirt,
    sockTop: isBarefoot ? 2 : random.pick([1.35, 1.5, 1.7, 1.8, 1.8, 1.85]),
    isBarefoot,
    hasGloves: random.chance(0.08),
  };
}

function drawCloth(random: Random): Color {
  if (random.chance(0.4))
    return colorOfHsv(0, 0, random.pick([0.08, 0.14, 0.25, 0.4, 0.6, 0.8, 0.92]));
  return colorOfHsv(random.uniform(), random.uniform(0.2, 0.9), random.uniform(0.2, 0.9));
}

/** Draws what is on a piece of clothing. */
function drawPattern(random: Random, color: Color, place: 'torso' | 'legs'): Pattern {
  const lightness = (color[0] + color[1] + color[2]) / 3;
  const contrast =
    lightness > 0.3
      ? scaleColor(color, random.uniform(0.1, 0.45))
      : mixColors(color, drawCloth(random), 0.8);
  const plain: Pattern = { kind: 'plain' };
  const draw = (kind: Exclude<Pattern['kind'], 'plain' | 'face'>): Pattern => {
    const second = contrast;
    switch (kind) {
      case 'bands':
        return { kind, second, size: random.uniform(0.03, 0.12), share: random.uniform(0.25, 0.6) };
      case 'stripes':
        return { kind, second, size: random.integer(8, 20), share: random.uniform(0.15, 0.4) };
      case 'side-stripe':
        return { kind, second, size: random.uniform(0.03, 0.07), share: 0.5 };
      case 'checks':
        return { kind, second, size: random.uniform(0.04, 0.1), share: random.integer(5, 14) };
      case 'print':
        return {
          kind,
          second,
          size: random.uniform(0.06, 0.12),
          share: random.uniform(0.34, 0.42),
        };
      case 'blotches':
        return { kind, second, size: random.uniform(0.03, 0.08) };
      case 'below':
        return { kind, second, size: random.uniform(0.15, 0.35) };
      case 'dots':
        return { kind, second, size: random.uniform(0.03, 0.08), share: random.integer(8, 18) };
    }
  };
  if (random.chance(0.4)) return plain;
  return place === 'torso'
    ? draw(
        random.pick([
          'bands',
          'stripes',
          'checks',
          'print',
          'print',
          'print',
          'blotches',
          'below',
          'dots',
        ]),
      )
    : random.chance(0.4)
      ? plain
      : draw(random.pick(['side-stripe', 'side-stripe', 'checks', 'blotches', 'stripes', 'below']));
}
