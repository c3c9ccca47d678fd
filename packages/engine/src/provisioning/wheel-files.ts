import { addonHeaders, tensorflowLibraries } from './tensorflow-release.ts';

/** Folder of the headers below an engine folder; needed only while the addon is compiled. */
export const includeFolder = 'include';

/** Folder of all libraries and the addon below an engine folder. */
export const libraryFolder = 'lib';

/**
 * Says where an entry of a wheel belongs in the engine's folder.
 *
 * NVIDIA's libraries go flat beside TensorFlow's: each finds the others through its $ORIGIN run path.
 *
 * @param entry - path inside the wheel, such as `tensorflow/libtensorflow_cc.so.2`.
 * @returns path relative to the engine's folder, or undefined where the entry is not needed.
 */
export function wheelFileDestination(entry: string): string | undefined {
  const library = /^tensorflow\/([^/]+)$/.exec(entry)?.[1];
  if (library !== undefined && tensorflowLibraries.includes(library)) {
    return `${libraryFolder}/${library}`;
  }
  const header = /^tensorflow\/include\/(.+)$/.exec(entry)?.[1];
  if (header !== undefined && addonHeaders.includes(header)) return `${includeFolder}/${header}`;
  const nvidia = /^nvidia\/[^/]+\/lib\/([^/]+\.so(?:\.[\d.]+)?)$/.exec(entry)?.[1];
  return nvidia === undefined ? undefined : `${libraryFolder}/${nvidia}`;
}

/** The files that a TensorFlow wheel must have given; a wheel without one is not usable. */
export const requiredWheelFiles: readonly string[] = [
  ...tensorflowLibraries.map((name) => `${libraryFolder}/${name}`),
  ...addonHeaders.map((name) => `${includeFolder}/${name}`),
];
