import { createProgressWriter } from '@limber/files';
import { abortOnSignals } from '../terminal/abort-on-signals.ts';
import { printLine } from '../terminal/print-result.ts';
import type { OpenViewOptions } from './open-view.ts';
import { openView } from './open-view.ts';
import { startServer } from './start-server.ts';
import { viewRoutes } from './view-routes.ts';

/** Serves the page of what a path leads to, and says where, until Ctrl-C. */
export async function runViewer(
  path: string,
  { port, ...options }: Omit<OpenViewOptions, 'signal' | 'onProgress'> & { readonly port: number },
): Promise<void> {
  const signal = abortOnSignals();
  const ended = new Promise<void>((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  );
  try {
    const progress = createProgressWriter(process.stderr);
    const view = await openView(path, {
      ...options,
      signal,
      onProgress: (amount) =>
        progress.report({ message: 'Checking', amount: { ...amount, unit: 'items' } }),
    }).finally(() => progress.end());
    const onFault = (error: unknown): void => void process.stderr.write(`${String(error)}\n`);
    const server = await startServer(viewRoutes(view), { port, onFault });
    printLine(`${server.address}\nCtrl-C ends it.`);
    if (!signal.aborted) await ended;
    await server.close();
    await view.close();
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
