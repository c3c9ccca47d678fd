import { pathToFileURL } from 'node:url';
import { createProgressWriter } from '@limber/files';
import { locateEngine } from './provisioning/locate-engine.ts';

/**
 * Makes sure that a native engine is in the per-user cache, with progress on standard error.
 * When one is there already this returns within milliseconds.
 *
 * @returns one line that says what there is now.
 */
export async function setup(): Promise<string> {
  const found = locateEngine();
  if (found.state === 'ready') return readyLine(found.engine.manifest, found.folder);
  const [{ provision }, { javascriptWarning }] = await Promise.all([
    import('./provisioning/provision.ts'),
    import('./loading/javascript-warning.ts'),
  ]);
  const writer = createProgressWriter(process.stderr);
  const result = await provision((progress) => writer.report(progress), { isRetry: true });
  writer.end();
  return result.type === 'native'
    ? readyLine(result.engine.manifest, result.engine.folder)
    : javascriptWarning(result.because);
}

function readyLine(manifest: { tensorflowVersion: string; variant: string }, at: string): string {
  const device = manifest.variant === 'cuda' ? 'CUDA' : 'CPU';
  return `Engine ready: TensorFlow ${manifest.tensorflowVersion} (${device}) in ${at}`;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.stdout.write(`${await setup()}\n`);
}
