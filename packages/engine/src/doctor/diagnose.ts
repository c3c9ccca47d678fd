import { howToInstall } from '../provisioning/how-to-install.ts';
import type { NvidiaDriver } from '../provisioning/nvidia-driver.ts';
import { minimumDriverMajor } from '../provisioning/nvidia-driver.ts';
import type { Machine } from '../provisioning/tensorflow-release.ts';
import {
  describeMachine,
  hasWheel,
  tensorflowRelease,
  withoutWheel,
} from '../provisioning/tensorflow-release.ts';
import { tfjsNodePackage } from '../provisioning/tfjs-node-package.ts';

/** What was found on a machine. */
export interface MachineFacts {
  /** Such as `20.20.2`. */
  readonly nodeVersion: string;
  readonly machine: Machine;
  readonly engine: EngineFacts;
  /** The Python whose pip downloads TensorFlow, such as `python3`; null without one. */
  readonly python: string | null;
  /** The C++ compiler's command; null without one. */
  readonly compiler: string | null;
  readonly driver: NvidiaDriver | null;
  /** Whether there is a GPU that TensorFlow has a wheel for. */
  readonly isCudaWanted: boolean;
  /** Why TensorFlow has no GPU, in its own words; empty where it has one or none was wanted. */
  readonly gpuReasons: readonly string[];
  /** Why the last setup found no way to a native engine; empty if it did, or there was none. */
  readonly setupFailures: readonly string[];
  /** Whether TensorFlow.js's package for Node is there. */
  readonly hasTfjsNode: boolean;
  /** Why WebGPU, which LIMBER_ENGINE asks for, cannot be had; null if it can, or was not asked for. */
  readonly webgpuProblem: string | null;
}

/** What was found in the per-user cache. */
export type EngineFacts =
  | { readonly state: 'absent' }
  | { readonly state: 'damaged'; readonly because: string }
  | { readonly state: 'broken'; readonly because: string }
  | {
      readonly state: 'ready';
      readonly origin: 'wheel' | 'prebuilt';
      readonly tensorflowVersion: string;
      readonly usesGpu: boolean;
    };

/** One thing that is wrong, and what to do about it. */
export interface Problem {
  readonly what: string;
  readonly fix: string;
}

const { spec } = tfjsNodePackage;
const minimumNode: readonly [number, number] = [20, 19];

/** Finds what stands in the way of training on this machine at full speed. */
export function diagnose(facts: MachineFacts): Problem[] {
  return [
    ...nodeProblems(facts),
    ...engineProblems(facts),
    ...gpuProblems(facts),
    ...webgpuProblems(facts),
  ];
}

function nodeProblems({ nodeVersion }: MachineFacts): Problem[] {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  const [minimumMajor, minimumMinor] = minimumNode;
  const isOldEnough = major > minimumMajor || (major === minimumMajor && minor >= minimumMinor);
  if (isOldEnough) return [];
  return [
    {
      what: `Node ${nodeVersion} is too old: ${minimumNode.join('.')} or newer is needed.`,
      fix: 'Install the current long-term release of Node.',
    },
  ];
}

function engineProblems(facts: MachineFacts): Problem[] {
  const { engine } = facts;
  switch (engine.state) {
    case 'ready':
      if (engine.origin === 'wheel') return [];
      return [
        {
          what: `The engine is the ready-made TensorFlow ${engine.tensorflowVersion}, older than ${tensorflowRelease}: slower, and without bfloat16.`,
          fix: setupAdvice(facts),
        },
        ...toolProblems(facts),
      ];
    case 'absent':
      return [
        {
          what: 'No native TensorFlow is set up; training would run in WebAssembly, 3 to 6 times slower.',
          fix: setupAdvice(facts),
        },
        ...toolProblems(facts),
      ];
    case 'damaged':
      return [
        {
          what: `The engine in the cache is damaged: ${engine.because}.`,
          fix: 'Run `limber setup`; it makes the engine anew.',
        },
        ...toolProblems(facts),
      ];
    case 'broken':
      return [
        {
          what: `The engine in the cache does not load: ${engine.because}`,
          fix: "Delete the engine's folder and run `limber setup`.",
        },
        ...toolProblems(facts),
      ];
  }
}

/** The next thing to do: never `limber setup` where it is known that it would fail again. */
function setupAdvice(facts: MachineFacts): string {
  if (!hasWheel(facts.machine)) return 'See the next problem.';
  if (toolProblems(facts).length > 0)
    return 'Install what is named below, then run `limber setup`.';
  if (facts.setupFailures.length > 0) {
    const failures = facts.setupFailures.map(
      (reason) => `\n  - ${reason.replaceAll('\n', '\n    ')}`,
    );
    return `The last setup failed. Mend the first of these, then run \`limber setup\`:${failures.join('')}`;
  }
  if (facts.hasTfjsNode) return 'Run `limber setup`.';
  return `Run \`limber setup\`. It fetches ${spec} with npm, unless \`npm install --ignore-scripts ${spec}\` has put it into the project.`;
}

/** What setup would need. */
function toolProblems(facts: MachineFacts): Problem[] {
  const { machine, python, compiler } = facts;
  if (!hasWheel(machine)) {
    return [
      {
        what: `TensorFlow publishes no wheel for ${describeMachine(machine)}, only for Linux (x64, arm64) and macOS (arm64).`,
        fix: withoutWheel(machine),
      },
    ];
  }
  const problems: Problem[] = [];
  if (python === null) {
    problems.push({
      what: 'No Python with pip: setup downloads TensorFlow with pip.',
      fix: `Install it (${howToInstall('pip')}).`,
    });
  }
  if (compiler === null) {
    problems.push({
      what: 'No C++ compiler: setup compiles a small addon.',
      fix: `Install one (${howToInstall('compiler')}), or name yours in CXX.`,
    });
  }
  return problems;
}

function gpuProblems({ driver, engine, isCudaWanted, gpuReasons }: MachineFacts): Problem[] {
  if (driver === null || !isCudaWanted) return [];
  const gpus = driver.gpus.join(', ');
  const major = Number(driver.version?.split('.')[0]);
  if (driver.version !== null && major < minimumDriverMajor) {
    return [
      {
        what: `The NVIDIA driver ${driver.version} is too old for CUDA 12 (${gpus}).`,
        fix: `Install driver ${minimumDriverMajor} or newer. To compute on the processor meanwhile, set CUDA_VISIBLE_DEVICES=-1.`,
      },
    ];
  }
  if (driver.library === null) {
    return [
      {
        what: `There is a GPU (${gpus}), but not the driver's library libcuda.so.1.`,
        fix: 'In a container, start it with the NVIDIA container toolkit (docker run --gpus all, NVIDIA_DRIVER_CAPABILITIES=compute,utility). Elsewhere install the driver, or name the folder of the library in LD_LIBRARY_PATH.',
      },
    ];
  }
  if (engine.state !== 'ready' || engine.usesGpu) return [];
  const said =
    gpuReasons.length === 0 ? ' nothing' : gpuReasons.map((line) => `\n  | ${line}`).join('');
  return [
    {
      what: `TensorFlow does not use the GPU (${gpus}). It says:${said}`,
      fix: "If a library is missing, delete the engine's folder and run `limber setup`: it fetches them again. To compute on the processor, set CUDA_VISIBLE_DEVICES=-1.",
    },
  ];
}

function webgpuProblems({ webgpuProblem }: MachineFacts): Problem[] {
  if (webgpuProblem === null) return [];
  return [
    {
      what: `LIMBER_ENGINE asks for WebGPU, which is not to be had: ${webgpuProblem}`,
      fix: 'Do what it says, or unset LIMBER_ENGINE.',
    },
  ];
}
