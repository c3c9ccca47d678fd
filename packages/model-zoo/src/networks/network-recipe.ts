import { z } from 'zod';
import type { Network } from './network.ts';

type Block = keyof Network<unknown>;

/** One block of a network: its name, the names of the blocks that it reads, and its options. */
interface BlockCall {
  readonly block: Block;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly options?: Readonly<Record<string, unknown>>;
}

/** A network as plain data, which can be built again without the code that described it. */
export interface NetworkRecipe {
  readonly blocks: readonly BlockCall[];
  /** The block that gives the output. */
  readonly output: string;
}

/** Stands for the images among the names that blocks read. */
const imagesName = 'images';

/** What each block reads: so many maps, or a list of them. */
const inputCounts: Readonly<Record<Block, 1 | 2 | 'list'>> = {
  convolution: 1,
  depthwise: 1,
  deconvolution: 1,
  batchNorm: 1,
  layerNorm: 1,
  scaleNorm: 1,
  scale: 1,
  relu: 1,
  relu6: 1,
  sigmoid: 1,
  hardSigmoid: 1,
  silu: 1,
  gelu: 1,
  maxPool: 1,
  meanPool: 1,
  upsample: 1,
  upsampleBilinear: 1,
  add: 2,
  multiply: 2,
  concat: 'list',
  positions: 1,
  attention: 1,
  gatedAttention: 1,
  dropPath: 1,
  flatten: 1,
};

const blockNames = Object.keys(inputCounts) as Block[];

/** The form of a recipe in a file. */
export const networkRecipeSchema: z.ZodType<NetworkRecipe> = z.strictObject({
  blocks: z.array(
    z.strictObject({
      block: z.enum(blockNames),
      name: z.string(),
      inputs: z.array(z.string()),
      options: z.record(z.string(), z.unknown()).exactOptional(),
    }),
  ),
  output: z.string(),
});

/** Writes down the blocks that a function calls. A map is the name of the block that gives it. */
export function recordRecipe(
  build: (network: Network<string>, images: string) => string,
): NetworkRecipe {
  const blocks: BlockCall[] = [];
  const entries = blockNames.map((block) => [
    block,
    (name: string, ...rest: readonly unknown[]): string => {
      const count = inputCounts[block];
      const inputs = (count === 'list' ? rest[0] : rest.slice(0, count)) as string[];
      const options = rest[count === 'list' ? 1 : count] as BlockCall['options'];
      blocks.push({
        block,
        name,
        inputs: [...inputs],
        ...(options && { options: { ...options } }),
      });
      return name;
    },
  ]);
  const output = build(Object.fromEntries(entries) as Network<string>, imagesName);
  return { blocks, output };
}

/**
 * Adds the blocks of a recipe to a network.
 *
 * @throws {Error} if a block reads one that does not come before it.
 */
export function followRecipe<T>(
  network: Network<T>,
  images: T,
  { blocks, output }: NetworkRecipe,
): T {
  const maps = new Map([[imagesName, images]]);
  const mapOf = (name: string, reader: string): T => {
    const map = maps.get(name);
    if (map === undefined)
      throw new Error(`"${reader}" reads "${name}", which does not come before it.`);
    return map;
  };
  for (const { block, name, inputs, options } of blocks) {
    const read = inputs.map((input) => mapOf(input, name));
    const add = network[block] as (name: string, ...rest: unknown[]) => T;
    maps.set(name, add(name, ...(inputCounts[block] === 'list' ? [read] : read), options));
  }
  return mapOf(output, 'the output');
}
