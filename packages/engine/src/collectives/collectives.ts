import { setTimeout } from 'node:timers/promises';
import { LimberError } from '@limber/files';
import type * as tfjs from '@tensorflow/tfjs';
import type { Attributes } from '../kernels/operations.ts';
import { createAttributes, listAttributes } from '../kernels/operations.ts';
import type { NativeBackend } from '../loading/native-backend.ts';
import { groupIntoBuckets } from './buckets.ts';
import type { RankOptions } from './rank-options.ts';

/**
 * What the processes of one training compute together. Every rank calls the same operations in the same order, with tensors
 * of the same shapes; each waits for the others, and blocks its thread meanwhile.
 *
 * After a failure, such as a rank that is gone, every further operation fails: all ranks have to start again.
 */
export interface Collectives {
  readonly rank: number;
  readonly worldSize: number;
  /**
   * Adds up over all ranks, element by element. The same bits on every rank, and in every run.
   *
   * @param tensors - float32 or int32, of one type.
   * @returns the sums, which belong to the surrounding `tf.tidy`.
   * @throws {LimberError} `rank-lost` if a rank is gone or does not come in time.
   */
  readonly sum: (tensors: readonly tfjs.Tensor[]) => tfjs.Tensor[];
  /**
   * Gives all ranks what rank 0 has.
   *
   * @returns copies, which belong to the surrounding `tf.tidy`.
   * @throws {LimberError} as `sum`.
   */
  broadcast(tensors: readonly tfjs.Tensor[]): tfjs.Tensor[];
  /** Ends this and every later operation of all ranks. @param reason - what went wrong here. */
  abort(reason: string): void;
  /**
   * Resolves once the process of rank 0 has ended; on rank 0 at once. A rank that leaves earlier than rank 0 could break its
   * last operation.
   */
  untilFirstRankLeaves(): Promise<void>;
}

/**
 * Bytes of one operation over the network. TensorFlow needs 8 times the bytes of one in memory, and in several small ones
 * it is slower.
 */
const bucketBytes = 16_000_000;
/** Of float32 and int32. */
const bytesPerNumber = 4;
/** Until the first operation the ranks may have more to prepare than others: an engine to set up, data to open. */
const startPatienceMs = 600_000;
const groupKey = 1;
const leavePollMs = 100;

/**
 * Opens the operations over ranks on a backend that was loaded with a server of its own.
 *
 * @param options.usesGpu - whether NCCL moves the bytes.
 */
export function createCollectives(
  tf: typeof tfjs,
  backend: NativeBackend,
  { rank, addresses, patienceSeconds, usesGpu }: RankOptions & { readonly usesGpu: boolean },
): Collectives {
  const native = backend.binding.collectives!;
  const { int, string, float32, int32 } = createAttributes(backend.binding);
  const worldSize = addresses.length;
  let patienceMs = startPatienceMs;
  const instanceKeys = new Map<string, number>();

  const run = (
    name: string,
    attributes: Attributes,
    inputs: readonly tfjs.Tensor[],
  ): tfjs.Tensor => {
    native.arm(patienceMs);
    try {
      return backend.executeSingleOutput(name, listAttributes(attributes), inputs);
    } catch (cause) {
      throw rankLost({ rank, worldSize, seconds: patienceMs / 1000 }, cause);
    } finally {
      native.disarm();
      patienceMs = patienceSeconds * 1000;
    }
  };

  /**
   * Group and instance, which the ranks find each other's operation by. An instance is of one kind, type and shape; all
   * ranks meet these in one order, and use them again in every step.
   */
  const groupOf = (name: string, { dtype, shape }: tfjs.Tensor): tfjs.Tensor[] => {
    const instance = [name, dtype, ...shape].join(' ');
    const key = instanceKeys.get(instance) ?? instanceKeys.size;
    instanceKeys.set(instance, key);
    return [worldSize, groupKey, key].map((value) => tf.scalar(value, 'int32'));
  };

  const common = (tensor: tfjs.Tensor): Attributes => ({
    T: tensor.dtype === 'int32' ? int32 : float32,
    communication_hint: string(usesGpu ? 'nccl' : 'auto'),
  });

  const sumOne = (tensor: tfjs.Tensor): tfjs.Tensor => {
    const attributes: Attributes = {
      ...common(tensor),
      merge_op: string('Add'),
      final_op: string('Id'),
      Nordering_token: int(0),
      max_subdivs_per_device: int(-1),
    };
    return run('CollectiveReduceV2', attributes, [tensor, ...groupOf('sum', tensor)]);
  };

  const sumBucket = (tensors: readonly tfjs.Tensor[]): tfjs.Tensor[] => {
    if (tensors.length === 1) return [sumOne(tensors[0]!)];
    const sums = sumOne(tf.concat(tensors.map((tensor) => tensor.flatten())));
    const sizes = tensors.map(({ size }) => size);
    return tf.split(sums, sizes).map((part, at) => part.reshape(tensors[at]!.shape));
  };

  const broadcastOne = (tensor: tfjs.Tensor): tfjs.Tensor => {
    const group = groupOf('broadcast', tensor);
    if (rank === 0) return run('CollectiveBcastSendV2', common(tensor), [tensor, ...group]);
    const attributes = { ...common(tensor), Tshape: int32 };
    return run('CollectiveBcastRecvV2', attributes, [...group, tf.tensor1d(tensor.shape, 'int32')]);
  };

  return {
    rank,
    worldSize,
    sum: (tensors) =>
      tf.tidy(() => {
        const sizes = tensors.map(({ size }) => size * bytesPerNumber);
        const buckets = groupIntoBuckets(sizes, bucketBytes);
        return buckets.flatMap((bucket) => sumBucket(bucket.map((at) => tensors[at]!)));
      }),
    broadcast: (tensors) => tf.tidy(() => tensors.map(broadcastOne)),
    abort: (reason) => native.abort(reason),
    untilFirstRankLeaves: async () => {
      if (rank === 0) return;
      while (native.isAlive(0, leavePollMs * 10)) await setTimeout(leavePollMs);
    },
  };
}

function rankLost(
  { rank, worldSize, seconds }: { rank: number; worldSize: number; seconds: number },
  cause: unknown,
): LimberError {
  const text = cause instanceof Error ? cause.message : String(cause);
  // tfjs-node says the status in the first line, TensorFlow why in the second
  const reason = (/^Message: (.*)$/m.exec(text)?.[1] ?? text).replace(/\.$/, '');
  return new LimberError(
    'rank-lost',
    {
      where: `rank ${rank} of ${worldSize}`,
      what: `another rank has ended, or did not come within ${seconds} seconds (TensorFlow: ${reason})`,
      fix: 'Look what the others said. Run again to go on from the last checkpoint.',
    },
    { cause },
  );
}
