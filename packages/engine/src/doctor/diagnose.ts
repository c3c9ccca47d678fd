import type { NvidiaDriver } from '../provisioning/nvidia-driver.ts';
import { minimumDriverMajor } from '../provisioning/nvidia-driver.ts';
import { tensorflowRelease } from '../provisioning/tensorflow-release.ts';
import { tfjsNodePackage } from '../provisioning/tfjs-node-package.ts';

/** What was found on a machine. */
export interface MachineFacts {
  /** Such as `20.20.2`. */
  readonly nodeVersion: string;
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly engine: EngineFacts;
  /** The Python whose pip downloads TensorFlow, such as `python3`; null without one. */
  readonly python: string | null;
  /** The C++ compiler's command; null without one. */
  readonly compiler: string | null;
  readonly driver: NvidiaDriver | null;
  /** Whether TensorFlow.js's package for Node is there. */
  readonly hasTfjsNode: boolean;
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
  return [...nodeProblems(facts), ...engineProblems(facts), ...gpuProblems(facts)];
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
          fix: 'Install Python with pip and a C++ compiler, and run `limber setup`: it tries again.',
        },
      ];
    case 'absent':
      return [
        {
          what: 'No native TensorFlow is set up; training would run in WebAssembly, 3 to 6 times slower.',
          fix: facts.hasTfjsNode
            ? 'Run `limber setup`.'
            : `Run \`limber setup\`. It fetches ${spec} with npm, unless \`npm install --ignore-scripts ${spec}\` has put it into the project.`,
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

/** What setup would need. */
function toolProblems({ platform, arch, python, compiler }: MachineFacts): Problem[] {
  if (platform !== 'linux' || (arch !== 'x64' && arch !== 'arm64')) {
    return [
      {
        what: `Setup unpacks TensorFlow on linux x64 and arm64; this is ${platform} ${arch}.`,
        fix: 'Use Linux, a Linux container or WSL 2.',
      },
    ];
  }
  const problems: Problem[] = [];
  if (python === null) {
    problems.push({
      what: 'No Python with pip: setup downloads TensorFlow with pip.',
      fix: 'Install it (Debian and Ubuntu: apt install python3-pip).',
    });
  }
  if (compiler === null) {
    problems.push({
      what: 'No C++ compiler: setup compiles a small addon.',
      fix: 'Install one (Debian and Ubuntu: apt install g++), or name yours in CXX.',
    });
  }
  return problems;
}

function gpuProblems({ driver, engine }: MachineFacts): Problem[] {
  if (driver === null) return [];
  const gpus = driver.gpus.join(', ');
  const major = Number(driver.version?.split('.')[0]);
  if (driver.version !== null && major < minimumDriverMajor) {
    return [
      {
        what: `The NVIDIA driver ${driver.version} is too old for CUDA 12 (${gpus}).`,
        fix: `Install driver ${minimumDriverMajor} or newer; until then training runs on the processor.`,
      },
    ];
  }
  if (engine.state !== 'ready' || engine.usesGpu) return [];
  return [
    {
      what: `TensorFlow does not use the GPU (${gpus}): it could not load CUDA or cuDNN.`,
      fix: "Run `limber doctor` with TF_CPP_MIN_LOG_LEVEL=0 to see which library is missing; delete the engine's folder and run `limber setup` to fetch them again.",
    },
  ];
}
