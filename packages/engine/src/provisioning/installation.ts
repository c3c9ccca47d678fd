import type { Progress } from '@limber/files';
import type { AddonSource } from './addon-source.ts';
import type { FileRecord } from './installed-engine.ts';
import type { Variant } from './tensorflow-release.ts';

/** Called with each step of an installation, as it happens. */
export type OnProgress = (progress: Progress) => void;

/** How the steps of an installation report and are stopped. */
export interface StepOptions {
  readonly onProgress: OnProgress;
  /** Once it is aborted, nothing goes on and its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** What a way of installing is given. */
export interface InstallOptions extends StepOptions {
  /** An empty folder; it becomes the engine's when all has gone well. */
  readonly stage: string;
  readonly source: AddonSource;
  readonly variant: Variant;
}

/** What an installation put into its folder; the addon's own record is added when it is sealed. */
export interface Installation {
  readonly origin: 'wheel' | 'prebuilt';
  readonly addon: string;
  readonly files: Readonly<Record<string, FileRecord>>;
}
