import { addonHeaders, tensorflowLibraries } from './tensorflow-release.ts';

/** Folder of the headers below an engine folder; needed only while the addon is compiled. */
export const includeFolder = 'include';

/** Folder of TensorFlow's libraries and the addon below an engine folder. */
export const libraryFolder = 'lib';

/**
 * Says where an entry of a wheel belongs in the engine's folder.
 *
 * NVIDIA's libraries keep the tree of their wheels: TensorFlow's look for them by the run path
 * `$ORIGIN/../nvidia/<package>/lib`, and they for one another by `$ORIGIN/../../<package>/lib`.
 *
 * @param entry - path inside the wheel, such as `tensorflow/libtensorflow_cc.so.2`.
 * @param platform - of the wheel.
 * @returns path relative to the engine's folder, or undefined where the entry is not needed.
 */
export function wheelFileDestination(entry: string, platform: NodeJS.Platform): string | undefined {
  const library = /^tensorflow\/([^/]+)$/.exec(entry)?.[1];
  if (library !== undefined && tensorflowLibraries(platform).includes(library)) {
    return `${libraryFolder}/${library}`;
  }
  const header = /^tensorflow\/include\/(.+)$/.exec(entry)?.[1];
  if (header !== undefined && addonHeaders.includes(header)) return `${includeFolder}/${header}`;
  return /^nvidia\/[^/.]+\/lib\/[^/]+\.so(?:\.[\d.]+)?$/.test(entry) ? entry : undefined;
}

/** The files that a TensorFlow wheel must have given; a wheel without one is not usable. */
export function requiredWheelFiles(platform: NodeJS.Platform): readonly string[] {
  return [
    ...tensorflowLibraries(platform).map((name) => `${libraryFolder}/${name}`),
    ...addonHeaders.map((name) => `${includeFolder}/${name}`),
  ];
}
