import { LimberError } from '@limber/files';
import type { NativeBackend } from '../loading/native-backend.ts';
import { encodeServer } from './encode-server.ts';
import type { RankOptions } from './rank-options.ts';

/** The addon reads it as it is loaded; see native/collectives.cc. */
const variable = 'LIMBER_COLLECTIVES';

/**
 * Loads a backend whose operations reach the other ranks.
 *
 * @param load - loads the addon.
 * @throws {LimberError} `rank-lost` if the server cannot be started, such as where its port is taken, `unsupported-platform`
 * if the addon has no such operations.
 */
export function loadAsRank<Loaded extends { readonly backend: NativeBackend }>(
  ranks: RankOptions | null,
  load: () => Loaded,
): Loaded {
  if (ranks === null) return load();
  process.env[variable] = encodeServer(ranks).toString('hex');
  let loaded: Loaded;
  try {
    loaded = load();
  } finally {
    // no process that this one starts is a rank
    delete process.env[variable];
  }
  const { collectives } = loaded.backend.binding;
  const address = ranks.addresses[ranks.rank];
  if (collectives === undefined) {
    throw new LimberError('unsupported-platform', {
      where: 'ranks',
      what: 'training over several processes',
      expected: "Linux, and an engine that was compiled against TensorFlow's wheel",
      got: `${process.platform}, and TensorFlow ${loaded.backend.binding.TF_Version}`,
      fix: 'Run `limber setup` to see why there is no other, or train in one process.',
    });
  }
  if (collectives.failure === '') return loaded;
  throw new LimberError('rank-lost', {
    where: `rank ${ranks.rank} of ${ranks.addresses.length}`,
    what: `TensorFlow's server could not be started on ${address}: ${collectives.failure}`,
    fix: 'Is the port taken? Start all ranks again, with other ports.',
  });
}
