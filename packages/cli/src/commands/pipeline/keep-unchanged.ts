import { readdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import type { LookRecorder, RecordedLooks } from '@limber/files';
import { keepAnswer, recordLooks } from '@limber/files';
import type { PipelineEvent, PipelineResult } from '@limber/runner';
import { hadNothingToDo, passingFolders } from '@limber/runner';
import type { PrintedAnswer } from './unchanged-answer.ts';
import { answerFile, answersFolder } from './unchanged-answer.ts';

/** Follows a run, so that its answer can be given again at once for as long as nothing changes. */
export interface AnswerRecording {
  readonly onEvent: (event: PipelineEvent) => void;
  /** Ends it, and keeps the answer if the run did nothing but look; without a result, only ends it. */
  readonly end: (result?: PipelineResult) => void;
}

/** After this time, in ms, a run notes in the store again that its outputs are in use. */
const keptForMs = 3_600_000;

/** What every run tells. Anything else is of that moment. */
const silentEvents: readonly string[] = ['pipeline-started', 'stage-finished', 'pipeline-finished'];

/** Answers of a workspace that are kept: of different commands, terminals and environments. */
const keptAnswers = 20;

/**
 * Starts to record what a run looks at and prints.
 *
 * @param words - of the command line.
 */
export function recordAnswer(words: readonly string[]): AnswerRecording {
  const workspace = process.cwd();
  // A run may set variables of its own environment.
  const file = answerFile(words);
  const passing = passingFolders(workspace);
  const recorder = recordLooks({
    kindOf(path) {
      if (passing.some((folder) => path === folder || path.startsWith(folder + sep))) {
        return 'ignored';
      }
      // What the kernel tells of this process and this moment. The machine is in the answer's name.
      if (/^\/(dev|proc\/(self|\d+))(\/|$)/.test(path)) return 'ignored';
      return /^\/(proc|sys)\//.test(path) ? 'kind' : undefined;
    },
  });
  lookAtOwnCode(recorder);
  const stdout = capture(process.stdout);
  const stderr = capture(process.stderr);
  let isRecording = true;
  const stop = (): { readonly recorded: RecordedLooks | undefined; readonly answer: string } => {
    isRecording = false;
    const printed: PrintedAnswer = { stdout: stdout.end(), stderr: stderr.end() };
    return { recorded: recorder.end(), answer: JSON.stringify(printed) };
  };
  return {
    onEvent(event) {
      if (isRecording && !silentEvents.includes(event.type)) stop();
    },
    end(result) {
      if (!isRecording) return;
      const { recorded, answer } = stop();
      if (recorded === undefined || result === undefined || !hadNothingToDo(result)) return;
      keepAnswer(file, answer, { recorded, until: Date.now() + keptForMs });
      removeOld(answersFolder(workspace));
    },
  };
}

/** Limber's own files: those of the packages as they were installed, or as they were last built in a clone. */
function lookAtOwnCode({ look }: LookRecorder): void {
  const require = createRequire(import.meta.url);
  const own = require.resolve('@limber/cli/package.json');
  const { dependencies } = require(own) as { readonly dependencies: Record<string, string> };
  const names = Object.keys(dependencies).filter((name) => name.startsWith('@limber/'));
  const manifests = [own, ...names.map((name) => require.resolve(`${name}/package.json`))];
  for (const manifest of manifests) {
    look({ kind: 'entry', path: manifest });
    look({ kind: 'entry', path: join(dirname(manifest), 'dist', '.tsbuildinfo') });
    look({ kind: 'listing', path: join(dirname(manifest), 'dist', 'bundle') });
  }
  // npm writes it whenever it installs anything.
  for (let folder = dirname(own); ; folder = dirname(folder)) {
    look({ kind: 'entry', path: join(folder, '.package-lock.json') });
    look({ kind: 'entry', path: join(folder, 'node_modules', '.package-lock.json') });
    if (dirname(folder) === folder) return;
  }
}

/** Keeps what is written to a stream, and lets it pass. */
function capture(stream: NodeJS.WriteStream): { readonly end: () => string } {
  const write = stream.write.bind(stream);
  let text = '';
  stream.write = ((...values: Parameters<typeof write>) => {
    text += String(values[0]);
    return write(...values);
  }) as typeof write;
  return {
    end() {
      stream.write = write;
      return text;
    },
  };
}

function removeOld(folder: string): void {
  const answers = readdirSync(folder).map((name) => {
    const path = join(folder, name);
    return { path, keptMs: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 };
  });
  answers.sort((a, b) => b.keptMs - a.keptMs);
  for (const { path } of answers.slice(keptAnswers)) rmSync(path, { force: true });
}
