/** A joint's distance to where it should be, and how much room it has. */
export interface JointOffset {
  /** imagePx. */
  readonly dx: number;
  /** imagePx. */
  readonly dy: number;
  /** Spread as a fraction of the square root of the person's area. */
  readonly sigma: number;
  /** Of the person, square pixels. */
  readonly area: number;
}

/**
 * Similarity of a single joint, exp(-d² / (2 area (2 sigma)²)): OKS before the mean is taken.
 *
 * @returns a number in [0, 1].
 */
export function jointSimilarity({ dx, dy, sigma, area }: JointOffset): number {
  // divided in the order of pycocotools: the last bit decides ties
  const variance = (2 * sigma) ** 2;
  return Math.exp(-(dx * dx + dy * dy) / variance / (area + Number.EPSILON) / 2);
}

/** How far from a joint its similarity has fallen to this. imagePx. */
export function distanceAt(
  similarity: number,
  { sigma, area }: Pick<JointOffset, 'sigma' | 'area'>,
): number {
  return Math.sqrt(-Math.log(similarity) * 2 * area) * 2 * sigma;
}
