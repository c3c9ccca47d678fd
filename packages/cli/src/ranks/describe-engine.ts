import type { Engine } from '@limber/engine';
import { nameAdapter } from '@limber/engine';

/** What computed, in words, for the record of a run. */
export function describeEngine(engine: Engine): string {
  const { kind, tensorflowVersion, precision, webgpu, collectives } = engine;
  const version = tensorflowVersion === null ? '' : ` TensorFlow ${tensorflowVersion}`;
  const adapter = webgpu === null ? '' : ` on ${nameAdapter(webgpu)}`;
  const processes = collectives === null ? '' : `, ${collectives.worldSize} processes`;
  return `${kind}${version}${adapter}, precision ${precision}${processes}`;
}
