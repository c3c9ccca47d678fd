import { LimberError } from '@limber/files';

/** The TensorFlow release whose native libraries the engine runs on. */
export const tensorflowRelease = '2.21.0';

/** The release of TensorFlow.js that this package is made for. */
export const tfjsVersion = '4.22.0';

/** N-API version that the addon is compiled for; tfjs-node looks for `lib/napi-v8`. */
export const napiVersion = 8;

/** The addon, and the package that carries its source. */
export const addonFile = 'tfjs_binding.node';

/**
 * The native libraries the addon links, as the wheel of an operating system calls them; they must lie
 * in one folder (their run path is that of the library that asks).
 */
export function tensorflowLibraries(platform: NodeJS.Platform): readonly string[] {
  const ending = platform === 'darwin' ? '2.dylib' : 'so.2';
  return [`libtensorflow_cc.${ending}`, `libtensorflow_framework.${ending}`];
}

/** The headers the addon's two source files reach, relative to the wheel's `tensorflow/include`. */
export const addonHeaders: readonly string[] = [
  'tensorflow/c/c_api.h',
  'tensorflow/c/c_api_macros.h',
  'tensorflow/c/tf_attrtype.h',
  'tensorflow/c/tf_buffer.h',
  'tensorflow/c/tf_datatype.h',
  'tensorflow/c/tf_status.h',
  'tensorflow/c/tf_tensor.h',
  'tensorflow/c/tf_tstring.h',
  'tensorflow/c/eager/c_api.h',
  'tensorflow/core/platform/ctstring.h',
  'tensorflow/core/platform/ctstring_internal.h',
  'tsl/platform/ctstring.h',
  'tsl/platform/ctstring_internal.h',
  'xla/tsl/c/tsl_status.h',
];

/** Which build of TensorFlow: for the processor alone, or with CUDA for an NVIDIA GPU. */
export type Variant = 'cpu' | 'cuda';

/** An operating system and processor architecture, by Node's names. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** Of Linux: TensorFlow's wheels need the GNU one, which Alpine lacks. */
  readonly libc?: 'glibc' | 'musl';
}

/** The machine that this process runs on; takes some milliseconds. */
export function thisMachine(): Machine {
  const { platform, arch } = process;
  if (platform !== 'linux') return { platform, arch };
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return { platform, arch, libc: header.glibcVersionRuntime === undefined ? 'musl' : 'glibc' };
}

/** The package of TensorFlow's wheel: the one for processors alone, and the one with CUDA if there is one. */
interface WheelPackages {
  readonly cpu: string;
  readonly cuda?: string;
}

const wheelPackages: Readonly<Record<string, WheelPackages>> = {
  'linux x64': { cpu: 'tensorflow-cpu', cuda: 'tensorflow' },
  // The plain wheels of these two are processor-only builds.
  'linux arm64': { cpu: 'tensorflow' },
  'darwin arm64': { cpu: 'tensorflow' },
};

/** Whether TensorFlow has a wheel here that computes on NVIDIA's GPUs. */
export function hasCudaWheel(machine: Machine): boolean {
  return packagesFor(machine)?.cuda !== undefined;
}

/** Whether TensorFlow has a wheel here at all. */
export function hasWheel(machine: Machine): boolean {
  return packagesFor(machine) !== undefined;
}

function packagesFor({ platform, arch, libc }: Machine): WheelPackages | undefined {
  return libc === 'musl' ? undefined : wheelPackages[`${platform} ${arch}`];
}

/** What to do on a machine that TensorFlow has no wheel for. */
export function withoutWheel({ platform, libc }: Machine): string {
  if (platform === 'win32') return 'Use WSL 2: inside it this is Linux.';
  if (libc === 'musl') return 'Use a distribution or an image with glibc, such as Debian.';
  return 'Use such a machine, or a Linux container.';
}

/**
 * The pip requirement whose wheel carries the native libraries.
 *
 * @throws {LimberError} `unsupported-platform` where no wheel of TensorFlow exists.
 */
export function tensorflowRequirement(variant: Variant, machine: Machine): string {
  const packages = packagesFor(machine);
  if (packages === undefined) {
    throw new LimberError('unsupported-platform', {
      what: 'TensorFlow publishes no wheel for this machine',
      expected: Object.keys(wheelPackages).join(', '),
      got: describeMachine(machine),
      fix: withoutWheel(machine),
    });
  }
  const name = variant === 'cuda' ? (packages.cuda ?? packages.cpu) : packages.cpu;
  return `${name}==${tensorflowRelease}`;
}

/** A machine by Node's names, such as `linux x64`. */
export function describeMachine({ platform, arch, libc }: Machine): string {
  return `${platform} ${arch}${libc === 'musl' ? ' with musl' : ''}`;
}
