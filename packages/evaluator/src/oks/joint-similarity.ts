/**
 * Similarity of a single joint, exp(-d² / (2 area (2 sigma)²)): OKS before the mean is taken.
 *
 * @param squaredPx - d²: the squared distance to where the joint should be, in imagePx.
 * @param sigma - spread as a fraction of the square root of the person's area.
 * @param area - of the person, square pixels.
 * @returns a number in [0, 1].
 */
export function jointSimilarity(squaredPx: number, sigma: number, area: number): number {
  // divided in the order of pycocotools: the last bit decides ties
  const variance = (2 * sigma) ** 2;
  return Math.exp(-squaredPx / variance / (area + Number.EPSILON) / 2);
}

/** How far from a joint its similarity has fallen to this. imagePx. */
export function distanceAt(similarity: number, sigma: number, area: number): number {
  return Math.sqrt(-Math.log(similarity) * 2 * area) * 2 * sigma;
}
