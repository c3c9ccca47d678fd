import { LimberError } from '@limber/files';
import type { InstalledEngine } from '../provisioning/installed-engine.ts';
import type { EngineKind, Precision } from './available-precisions.ts';
import {
  availablePrecisions,
  readBfloat16Features,
  readComputeCapability,
} from './available-precisions.ts';
import type { PrecisionSeconds } from './measure-precisions.ts';
import { measurePrecisionSpeeds } from './precision-speeds.ts';

/**
 * The precision that an engine computes in. `auto` is bf16-mixed where that was measured to be faster:
 * there are processors with the instructions for bfloat16 on which float32 is.
 *
 * @param kind - of the engine.
 * @param engine - undefined without the native library.
 * @throws {LimberError} `unsupported-precision` if bfloat16 is asked for where the hardware has none.
 */
export async function choosePrecision(
  wanted: Precision | 'auto',
  kind: EngineKind,
  engine: InstalledEngine | undefined,
): Promise<Precision> {
  if (wanted === '32') return wanted;
  const available = availablePrecisions(kind, {
    cpuFeatures: readBfloat16Features(),
    computeCapability:
      kind === 'native-cuda' ? await readComputeCapability(engine?.addonPath) : null,
  });
  if (wanted === 'auto') {
    if (kind !== 'native-cpu' || engine === undefined) return available.at(-1)!;
    const seconds = await measurePrecisionSpeeds(engine);
    return seconds === undefined ? '32' : fasterPrecision(seconds);
  }
  if (available.includes(wanted)) return wanted;
  throw new LimberError('unsupported-precision', {
    where: 'precision',
    what: '',
    expected: `${available.map((each) => `"${each}"`).join(' or ')} on this ${kind} engine`,
    got: `"${wanted}": the hardware does not compute in bfloat16`,
    fix: '"auto" takes what there is.',
  });
}

/** bfloat16 has to gain this much: its sums are coarser. */
const worthwhile = 0.95;

/** The precision to train in, by how long the same work takes in each. */
export function fasterPrecision(seconds: PrecisionSeconds): Precision {
  return seconds['bf16-mixed'] < seconds['32'] * worthwhile ? 'bf16-mixed' : '32';
}
