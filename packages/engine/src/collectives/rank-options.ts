/** One of the processes that train together, and where the others are. */
export interface RankOptions {
  /** Which one this is, from 0. */
  readonly rank: number;
  /** `host:port` of each rank, in order; at least 2. The port of this one is free on this machine. */
  readonly addresses: readonly string[];
  /** Whether nobody else reaches the ports of these machines. */
  readonly isNetworkTrusted: boolean;
  /** How long this rank waits for the others in one operation. */
  readonly patienceSeconds: number;
  /** Whether batch normalisation takes its statistics over the batches of all ranks. */
  readonly syncBatchnorm: boolean;
}
