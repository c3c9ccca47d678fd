import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';

const moduleName = 'tfjs-backend-wasm-threaded-simd';

/** The parts of Node that Emscripten's code asks for when it starts threads. */
interface ThreadModules {
  readonly workerThreads: { Worker: typeof Worker };
  readonly os: { cpus: () => unknown[] };
}

/**
 * Runs what starts the WASM module, so that its threads work in Node and the process stays as it was.
 *
 * The module starts its threads from `blob:` addresses, which `worker_threads` refuses: meanwhile they get the
 * worker's source and the module's file, both of which lie in the package. It takes half of the processors that
 * `os.cpus` tells at most, so that tells twice the threads. Emscripten also keeps the process alive while a thread
 * runs, and leaves a global `Worker`.
 *
 * @param options.folder - `wasm-out` of the package.
 */
export async function withWasmThreads<T>(
  { folder, threads }: { readonly folder: string; readonly threads: number },
  start: () => Promise<T>,
): Promise<T> {
  const require = createRequire(import.meta.url);
  const { workerThreads, os }: ThreadModules = {
    workerThreads: require('node:worker_threads') as ThreadModules['workerThreads'],
    os: require('node:os') as ThreadModules['os'],
  };
  const globals = globalThis as { Worker?: unknown };
  const hadWorker = 'Worker' in globals;
  const globalWorker = globals.Worker;
  const { Worker } = workerThreads;
  const { cpus } = os;
  const main = join(folder, `${moduleName}.js`);
  const { wasmWorkerContents } = require(join(folder, `${moduleName}.worker.js`)) as {
    wasmWorkerContents: string;
  };
  const workers: Worker[] = [];
  workerThreads.Worker = class extends Worker {
    constructor() {
      super(wasmWorkerContents.replaceAll('\n', '\\n'), { eval: true });
      workers.push(this);
    }

    override postMessage(message: unknown, transfer?: never): void {
      super.postMessage(isLoad(message) ? { ...message, urlOrBlob: main } : message, transfer);
    }
  };
  os.cpus = () => Array.from({ length: 2 * threads });
  try {
    return await start();
  } finally {
    workerThreads.Worker = Worker;
    os.cpus = cpus;
    if (hadWorker) globals.Worker = globalWorker;
    else delete globals.Worker;
    for (const worker of workers) {
      worker.unref();
      worker.ref = () => undefined;
    }
  }
}

function isLoad(message: unknown): message is object {
  return (message as { readonly cmd?: unknown } | null)?.cmd === 'load';
}
