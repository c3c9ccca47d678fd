import { readFileSync } from 'node:fs';

/** What `assembly/render.ts` exports. Places are bytes in the module's memory. */
export interface RenderModule {
  layMemory(table: number): void;
  setCamera(at: number, width: number, height: number): void;
  projectVertices(first: number, end: number): void;
  setLight(at: number): void;
  projectToLamp(first: number, end: number): void;
  skinVertices(first: number, end: number): void;
  clearSamples(): void;
  rasterize(first: number, end: number, owner: number): number;
  coveredEdge(side: number): number;
  visibleSamples(owner: number, ...box: readonly number[]): number;
  clearShadows(): void;
  castTriangles(first: number, end: number): void;
  paintBackdrop(room: number, floor: number, wall: number): void;
  castShadows(blur: number, contacts: number, count: number): void;
  shade(): void;
  meanLight(): number;
  blur(share: number): void;
  smear(dx: number, dy: number, taps: number): void;
  develop(film: number, seed: number): void;
}

interface ModuleMemory {
  readonly buffer: ArrayBuffer;
}

/** The part of the global that is used here; TypeScript declares it for browsers only. */
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: {
    readonly Memory: new (size: { readonly initial: number }) => ModuleMemory;
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Instance: new (
      module: object,
      imports: { readonly env: { readonly memory: ModuleMemory; readonly abort: () => void } },
    ) => { readonly exports: unknown };
  };
};

const pageBytes = 65_536;

// It is the built file, whether this one is built or not.
const file = new URL('../../dist/rendering/render.wasm', import.meta.url);
const compiled = new WebAssembly.Module(readFileSync(file));

/** Starts the module with memory of its own, of at least so many bytes. */
export function startModule(bytes: number): {
  readonly render: RenderModule;
  readonly buffer: ArrayBuffer;
} {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / pageBytes) });
  const abort = (): void => {
    throw new Error('The render module ended itself');
  };
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory, abort } });
  return { render: exports as RenderModule, buffer: memory.buffer };
}
