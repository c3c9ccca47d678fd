/**
 * Puts neighbours together until they have so many bytes: one operation over the network for many small tensors, and not
 * one for all, which would need some times their memory.
 *
 * @param sizes - bytes of each, in order.
 * @param bucketBytes - a bucket is closed once it has so many.
 * @returns the positions of each bucket, in order.
 */
export function groupIntoBuckets(sizes: readonly number[], bucketBytes: number): number[][] {
  const buckets: number[][] = [];
  let open: number[] = [];
  let bytes = 0;
  for (const [at, size] of sizes.entries()) {
    open.push(at);
    bytes += size;
    if (bytes < bucketBytes) continue;
    buckets.push(open);
    open = [];
    bytes = 0;
  }
  if (open.length > 0) buckets.push(open);
  return buckets;
}
