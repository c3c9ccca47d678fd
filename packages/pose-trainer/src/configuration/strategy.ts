import { z } from 'zod';

/** How many processes train together, and how; see docs/scale.md. */
export const strategyFields = {
  strategy: z
    .enum(['auto', 'single-process', 'data-parallel'])
    .default('auto')
    .describe(
      'data-parallel divides every batch among processes; auto does so where processes, or limber launch, say that there are ' +
        'several. Tasks of srun train together under data-parallel only.',
    ),
  processes: z
    .int()
    .min(1)
    .max(1024)
    .nullable()
    .default(null)
    .describe(
      'How many processes train together; started on this machine where nobody has started them. batchSize is that of all. ' +
        'null: as limber launch or srun says. No effect on the result but for rounding.',
    ),
  trustedNetwork: z
    .boolean()
    .default(false)
    .describe(
      'Whether nobody else reaches the ports of these machines. Several processes need it, or a network namespace of their own: ' +
        "TensorFlow's port has no authentication, and whoever reaches it runs code as you.",
    ),
  rankTimeoutSeconds: z
    .number()
    .min(1)
    .max(86_400)
    .default(20)
    .describe(
      'How long a process waits for the others in one operation before it takes them for dead.',
    ),
  syncBatchnorm: z
    .boolean()
    .default(false)
    .describe('Whether batch norms take their statistics over the batches of all processes.'),
};
