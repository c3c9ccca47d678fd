type Side = 'left' | 'right';

/** Words for the sides of a body, with their endings: English, French, German, Dutch, Spanish, Italian, Portuguese, … */
const words: Readonly<Record<Side, string>> = {
  left:
    'left gauche links linke linker linkes linken izquierda izquierdo sinistra sinistro ' +
    'esquerda esquerdo 左',
  right:
    'right droite droit rechts rechte rechter rechtes rechten derecha derecho destra destro ' +
    'direita direito 右',
};

/** Short forms, which may mean something else: a vertebra is called L5. They count where both sides are there. */
const letters: Readonly<Record<Side, string>> = {
  left: 'l lt sx izq esq',
  right: 'r rt dx der dir',
};

const sideOfWord = toMap(words);
const sideOfLetter = toMap(letters);

/** What the names of joints say of left and right. */
export interface NamedSides {
  /** Joints whose names differ in their side only, by index, in the order of the left ones. */
  readonly pairs: readonly (readonly [left: number, right: number])[];
  /** Indices of joints that look left or right, and have no partner or more than one. */
  readonly alone: readonly number[];
}

/**
 * Pairs joints by their names: words of their own (`left_hip`, `hip.L`, `hanche gauche`, `左股`), parts of a name in
 * camel case (`leftHip`, `hipL`), and beginnings (`lefthip`, `lhip`, `Rankle`). Of a name with several sides all are
 * exchanged, so that the left corner of the left eye meets the right corner of the right one.
 */
export function pairByName(names: readonly string[]): NamedSides {
  const joints = names.map(readName);
  const byName = new Map<string, number[]>();
  for (const [index, { own }] of joints.entries()) {
    byName.set(own, [...(byName.get(own) ?? []), index]);
  }
  const partners = joints.map(({ own, mirrored }) => {
    const found = byName.get(mirrored) ?? [];
    return found.length === 1 && byName.get(own)!.length === 1 ? found[0] : undefined;
  });
  const lettered = new Set(joints.flatMap(({ by, side }) => (by === 'letter' ? [side] : [])));
  return {
    pairs: partners.flatMap((partner, index): [number, number][] =>
      partner !== undefined && joints[index]!.side === 'left' ? [[index, partner]] : [],
    ),
    alone: joints.flatMap(({ by }, index) => {
      const looksSided = by === 'word' || (by === 'letter' && lettered.size === 2);
      return looksSided && partners[index] === undefined ? [index] : [];
    }),
  };
}

/** A name taken apart. */
interface ReadName {
  /** The name with `<left>` and `<right>` in the place of its sides, */
  readonly own: string;
  /** and the one that a mirror makes of it. */
  readonly mirrored: string;
  /** The first of its sides. */
  readonly side: Side | undefined;
  /** What looks like a side in it, but for a single letter at its beginning. */
  readonly by: 'word' | 'letter' | undefined;
}

function readName(name: string): ReadName {
  const parts = name.normalize('NFC').match(partPattern) ?? [];
  const lower = parts.map((part) => part.toLowerCase());
  const found = lower.some((part) => sideOf(part) !== undefined) ? lower : splitBeginning(lower);
  const sides = found.flatMap((part) => sideOf(part) ?? []);
  const write = (swaps: boolean): string =>
    found
      .map((part) => {
        const side = sideOf(part);
        if (side === undefined) return part;
        return `<${swaps ? opposite(side) : side}>`;
      })
      .join(' ');
  const isWord = found.some((part) => sideOfWord.has(part));
  return {
    own: write(false),
    mirrored: write(true),
    side: sides[0],
    by: isWord ? 'word' : found === lower ? 'letter' : undefined,
  };
}

/** Words, parts of words in camel case, numbers, and single characters of scripts without spaces. */
const partPattern = /\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{L}|\d+/gu;

/** Takes the side off the first part: `lefthip`, `lhip`. */
function splitBeginning([first = '', ...rest]: readonly string[]): string[] {
  const begins = (word: string): boolean => first.startsWith(word);
  const word = [...sideOfWord.keys()].filter(begins).toSorted((a, b) => b.length - a.length)[0];
  const side = word ?? ['l', 'r'].find(begins);
  return side === undefined ? [first, ...rest] : [side, first.slice(side.length), ...rest];
}

function sideOf(part: string): Side | undefined {
  return sideOfWord.get(part) ?? sideOfLetter.get(part);
}

function opposite(side: Side): Side {
  return side === 'left' ? 'right' : 'left';
}

function toMap(table: Readonly<Record<Side, string>>): ReadonlyMap<string, Side> {
  const sides = ['left', 'right'] as const;
  return new Map(sides.flatMap((side) => table[side].split(' ').map((word) => [word, side])));
}
