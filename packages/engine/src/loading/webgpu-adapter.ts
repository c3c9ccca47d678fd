import { pathToFileURL } from 'node:url';
import { LimberError } from '@limber/files';
import { findWebgpuPackages } from './webgpu-packages.ts';

/** A graphics processor as WebGPU tells of it, and what it can hold. */
export interface WebgpuAdapter {
  /** Such as `nvidia`; empty where it is not told. */
  readonly vendor: string;
  /** Such as `ampere`. */
  readonly architecture: string;
  /** Its full name. */
  readonly description: string;
  /** Whether it is a program that computes on the processor, such as SwiftShader. */
  readonly isFallback: boolean;
  /** The largest buffer. */
  readonly maxBufferBytes: number;
  /** The most that a kernel can be given of one buffer: the largest tensor. */
  readonly maxBindingBytes: number;
}

/** The part of WebGPU's adapter that is used. */
export interface GpuAdapter {
  readonly info: {
    readonly vendor: string;
    readonly architecture: string;
    readonly description: string;
    readonly isFallbackAdapter: boolean;
  };
  readonly limits: {
    readonly maxBufferSize: number;
    readonly maxStorageBufferBindingSize: number;
  };
}

/** Dawn, Chromium's WebGPU, as the package `webgpu` brings it. */
interface Dawn {
  readonly create: (options: readonly string[]) => Gpu;
  /** WebGPU's classes and constants, which a browser has as globals. */
  readonly globals: object;
}

interface Gpu {
  requestAdapter(options: {
    readonly powerPreference: 'high-performance';
  }): Promise<GpuAdapter | null>;
}

/** An adapter, and the globals that WebGPU code looks for. */
export interface OpenedGpu {
  readonly adapter: GpuAdapter;
  readonly globals: object;
}

/**
 * Asks Dawn for the machine's graphics processor, by Vulkan, Metal or Direct3D.
 *
 * @throws {LimberError} `not-provisioned` without the package `webgpu`, `gpu-unavailable` if it finds no adapter.
 */
export async function openGpu(): Promise<OpenedGpu> {
  const { href } = pathToFileURL(findWebgpuPackages().dawn);
  const { create, globals } = (await import(href)) as Dawn;
  gpu ??= create([]);
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  return { adapter: adapterOf(adapter), globals };
}

/** One in a process, and for as long as that lives: what came from it ends with it. */
let gpu: Gpu | undefined;

/** @throws {LimberError} `gpu-unavailable` if there is none. */
export function adapterOf(found: GpuAdapter | null): GpuAdapter {
  if (found !== null) return found;
  throw new LimberError('gpu-unavailable', {
    where: 'WebGPU',
    what: 'no graphics processor was found',
    expected: 'a driver for Vulkan (Linux), Metal (macOS) or Direct3D 12 (Windows)',
    fix: 'Install the driver of the graphics card, or let LIMBER_ENGINE be native or wasm.',
  });
}

/**
 * What `loadEngine({ backend: 'webgpu' })` would compute on here.
 *
 * @throws {LimberError} as {@link openGpu}.
 */
export async function readWebgpuAdapter(): Promise<WebgpuAdapter> {
  const { adapter } = await openGpu();
  return describeAdapter(adapter);
}

/** What an adapter tells of itself, as plain data. */
export function describeAdapter({ info, limits }: GpuAdapter): WebgpuAdapter {
  return {
    vendor: info.vendor,
    architecture: info.architecture,
    description: info.description,
    isFallback: info.isFallbackAdapter,
    maxBufferBytes: limits.maxBufferSize,
    maxBindingBytes: limits.maxStorageBufferBindingSize,
  };
}

/** In one line, such as `nvidia ampere, NVIDIA GeForce RTX 3060`. */
export function nameAdapter({
  vendor,
  architecture,
  description,
  isFallback,
}: Pick<WebgpuAdapter, 'vendor' | 'architecture' | 'description' | 'isFallback'>): string {
  const family = [vendor, architecture].filter((part) => part !== '').join(' ');
  const parts = [family, description].filter((part) => part !== '');
  const name = parts.length === 0 ? 'an adapter without a name' : parts.join(', ');
  return isFallback ? `${name} (software, on the processor)` : name;
}
