/** What a stage has to do. Its paths are absolute. */
export type StageTask =
  | { readonly type: 'module'; readonly module: string; readonly context: TaskContext }
  | { readonly type: 'command'; readonly command: string };

/** The part of a stage's context that is data. */
export interface TaskContext {
  readonly name: string;
  readonly params: unknown;
  readonly inputs: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
  readonly workDir: string;
}

/** What a stage tells while it runs, by a call of its context or by a line that it prints. */
export interface StageUpdate {
  readonly metrics?: Readonly<Record<string, number>> | undefined;
  readonly plot?: { readonly name: string; readonly x: number; readonly y: number } | undefined;
  readonly provenance?: Readonly<Record<string, string>> | undefined;
  readonly progress?: string | undefined;
  readonly warning?: string | undefined;
}
