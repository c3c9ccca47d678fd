/** What the command line says. */
export interface PredictOptions {
  readonly weights: string;
  readonly boxes?: string;
  readonly wholeImage: boolean;
  readonly out: string;
  readonly flipTest: boolean;
  readonly minPersonScore: number;
  readonly minJointScore: number;
  readonly batchSize: number;
  readonly skipBadImages: boolean;
  /** Smooth the joints of videos over time. */
  readonly smooth: boolean;
  /** Whether the tasks of a step of `srun` divide the images, as the processes of `limber launch` do. */
  readonly dataParallel: boolean;
}

/** What was done; `--json` prints it. */
export interface PredictSummary {
  /** Or frames. */
  readonly images: number;
  readonly persons: number;
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
  readonly out: string;
  readonly files: readonly string[];
}
