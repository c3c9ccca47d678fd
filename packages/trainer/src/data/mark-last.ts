/** A batch, and whether it is the last of its epoch. */
export interface MarkedBatch<Batch> {
  readonly batch: Batch;
  readonly isLast: boolean;
}

/**
 * Says of each batch whether it is the last.
 *
 * @param limit - how many are wanted at most.
 * @param isEnough - whether the source is known to have so many. If not, a batch is given when the one after it is there.
 */
export async function* markLast<Batch>(
  batches: AsyncIterable<Batch>,
  limit: number,
  isEnough: boolean,
): AsyncGenerator<MarkedBatch<Batch>, void, undefined> {
  let read = 0;
  let held: { readonly batch: Batch } | null = null;
  for await (const batch of batches) {
    if (held !== null) yield { ...held, isLast: false };
    held = isEnough ? null : { batch };
    read++;
    if (isEnough) yield { batch, isLast: read === limit };
    else if (read === limit) break;
  }
  if (held !== null) yield { ...held, isLast: true };
}
