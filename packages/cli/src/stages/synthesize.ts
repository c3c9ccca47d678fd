import { availableParallelism } from 'node:os';
import { synthesizeDataset } from '@limber/synthetic';
import type { StageContext, StageModule } from '@limber/runner';
import type { SynthesizeParameters } from './stage-parameters.ts';

/** Renders people into a COCO folder: `annotations.json` and `images/`. */
const stage: StageModule = { run };
export default stage;

async function run(context: StageContext): Promise<void> {
  const parameters = context.params as SynthesizeParameters;
  await synthesizeDataset({
    ...parameters,
    out: context.outputs['dataset']!,
    workers: availableParallelism(),
    onProgress: ({ done, total }) => context.progress(`${done} of ${total} pictures`),
  });
}
