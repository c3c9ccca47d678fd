import { pathToFileURL } from 'node:url';
import { createProgressWriter } from '@limber/files';
import { measurePrecisionSpeeds } from './precision/precision-speeds.ts';
import { locateEngine } from './provisioning/locate-engine.ts';

/**
 * Makes sure that a native engine is in the per-user cache, with progress on standard error.
 * When one is there already this returns within milliseconds; the first time on a processor it
 * measures for a second or two which precision is faster.
 *
 * @returns one line that says what there is now.
 */
export async function setup(): Promise<string> {
  const found = locateEngine();
  if (found.state === 'ready' && found.engine.manifest.origin === 'wheel') {
    await measurePrecisionSpeeds(found.engine);
    return readyLine(found.engine.manifest, found.folder);
  }
  const [{ provision }, { wasmNotice }] = await Promise.all([
    import('./provisioning/provision.ts'),
    import('./loading/wasm-notice.ts'),
  ]);
  const writer = createProgressWriter(process.stderr);
  const result = await provision((progress) => writer.report(progress), { isAsked: true });
  if (result.type === 'native') await measurePrecisionSpeeds(result.engine);
  writer.end();
  return result.type === 'native'
    ? readyLine(result.engine.manifest, result.engine.folder)
    : wasmNotice(result.because);
}

function readyLine(manifest: { tensorflowVersion: string; variant: string }, at: string): string {
  const device = manifest.variant === 'cuda' ? 'CUDA' : 'CPU';
  return `Engine ready: TensorFlow ${manifest.tensorflowVersion} (${device}) in ${at}`;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.stdout.write(`${await setup()}\n`);
}
