import os from 'node:os';
import { availableProcessors } from '@limber/files';
import type { EngineKind, Precision } from '../precision/available-precisions.ts';
import {
  availablePrecisions,
  readBfloat16Features,
  readComputeCapability,
} from '../precision/available-precisions.ts';
import type { PrecisionSeconds } from '../precision/measure-precisions.ts';
import { readPrecisionSpeeds } from '../precision/precision-speeds.ts';
import { checkAddon } from '../provisioning/check-addon.ts';
import { findCompiler } from '../provisioning/compile-addon.ts';
import { findPython } from '../provisioning/download-wheels.ts';
import { damagedFiles } from '../provisioning/installed-engine.ts';
import { unavailableReasons } from '../provisioning/engine-unavailable.ts';
import { askGpuReasons } from '../provisioning/gpu-device.ts';
import type { EngineLocation } from '../provisioning/locate-engine.ts';
import { engineVariant, locateEngine } from '../provisioning/locate-engine.ts';
import { findNvidiaDriver } from '../provisioning/nvidia-driver.ts';
import { thisMachine } from '../provisioning/tensorflow-release.ts';
import { findTfjsNode } from '../provisioning/tfjs-node-package.ts';
import { resolveBackend } from '../loading/backend-choice.ts';
import type { EngineFacts, MachineFacts, Problem } from './diagnose.ts';
import { diagnose } from './diagnose.ts';
import { examineWebgpu } from './examine-webgpu.ts';

/** What `limber doctor` found. */
export interface DoctorReport {
  /** Whether training can run at full speed. */
  readonly ok: boolean;
  readonly engine: {
    readonly kind: EngineKind;
    readonly state: EngineFacts['state'];
    readonly folder: string;
    readonly tensorflowVersion: string | null;
    readonly origin: 'wheel' | 'prebuilt' | null;
    /** Precisions worth using, slowest first. */
    readonly precisions: readonly Precision[];
    /** What the same work takes in each, as `auto` compares them; null where it was not measured. */
    readonly precisionSeconds: PrecisionSeconds | null;
    /** Threads that training uses by default. */
    readonly threads: number;
    readonly cpu: string;
    /** Of the processor, those that compute in bfloat16. */
    readonly cpuFeatures: readonly string[];
    readonly gpus: readonly string[];
    readonly driverVersion: string | null;
    /** The graphics processor that WebGPU would compute on, such as `nvidia ampere, NVIDIA GeForce RTX 3060`; null without. */
    readonly webgpu: string | null;
    readonly nodeVersion: string;
    readonly python: string | null;
    readonly compiler: string | null;
    /** The folder of TensorFlow.js's package for Node: in `node_modules`, or in the user's cache. */
    readonly tfjsNode: string | null;
  };
  readonly problems: readonly Problem[];
}

/**
 * Looks at this machine and its engine: hashes the engine's files and runs an operation on it, in a
 * process of its own. Changes nothing; takes some seconds.
 */
export async function doctor(): Promise<DoctorReport> {
  const tfjsNode = findTfjsNode();
  const location = locateEngine(tfjsNode);
  const driver = findNvidiaDriver();
  const [engine, python, compiler, computeCapability, webgpu] = await Promise.all([
    examineEngine(location),
    orNull(findPython()),
    orNull(findCompiler(process.env)),
    driver === null ? null : readComputeCapability(addonPathOf(location)),
    examineWebgpu(),
  ]);
  const facts: MachineFacts = {
    nodeVersion: process.versions.node,
    machine: thisMachine(),
    engine,
    python,
    compiler,
    driver,
    isCudaWanted: engineVariant() === 'cuda',
    gpuReasons: await gpuReasonsOf(engine, location),
    setupFailures: unavailableReasons() ?? [],
    hasTfjsNode: tfjsNode !== undefined,
    webgpuProblem:
      webgpu.state === 'unavailable' && resolveBackend('auto') === 'webgpu' ? webgpu.because : null,
  };
  const problems = diagnose(facts);
  const kind = kindOf(engine);
  const cpuFeatures = readBfloat16Features();
  return {
    ok: problems.length === 0,
    engine: {
      kind,
      state: engine.state,
      folder: location.folder,
      tensorflowVersion: engine.state === 'ready' ? engine.tensorflowVersion : null,
      origin: engine.state === 'ready' ? engine.origin : null,
      precisions: availablePrecisions(kind, { cpuFeatures, computeCapability }),
      precisionSeconds:
        (location.state === 'ready' && readPrecisionSpeeds(location.engine)) || null,
      threads: availableProcessors(),
      cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
      cpuFeatures,
      gpus: driver?.gpus ?? [],
      driverVersion: driver?.version ?? null,
      webgpu: webgpu.state === 'ready' ? webgpu.adapter : null,
      nodeVersion: facts.nodeVersion,
      python,
      compiler,
      tfjsNode: tfjsNode ?? null,
    },
    problems,
  };
}

async function examineEngine(location: EngineLocation): Promise<EngineFacts> {
  if (location.state !== 'ready') return location;
  const damaged = await damagedFiles(location.engine);
  if (damaged.length > 0) {
    return { state: 'damaged', because: `${damaged.join(', ')} does not match its checksum` };
  }
  try {
    const check = await checkAddon(location.engine.addonPath);
    return { state: 'ready', origin: location.engine.manifest.origin, ...check };
  } catch (error) {
    return { state: 'broken', because: error instanceof Error ? error.message : String(error) };
  }
}

function addonPathOf(location: EngineLocation): string | undefined {
  return location.state === 'ready' ? location.engine.addonPath : undefined;
}

async function gpuReasonsOf(engine: EngineFacts, location: EngineLocation): Promise<string[]> {
  if (location.state !== 'ready' || engine.state !== 'ready' || engine.usesGpu) return [];
  return engineVariant() === 'cuda' ? askGpuReasons(location.engine.addonPath) : [];
}

function kindOf(engine: EngineFacts): EngineKind {
  if (engine.state !== 'ready') return 'wasm';
  return engine.usesGpu ? 'native-cuda' : 'native-cpu';
}

async function orNull<T>(value: Promise<T>): Promise<T | null> {
  try {
    return await value;
  } catch {
    return null;
  }
}
