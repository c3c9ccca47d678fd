import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { LimberError } from '@limber/files';
import { html } from '../pages/html.ts';
import type { Catalogue, CataloguePerson } from './catalogue.ts';
import { drawPicture, drawThumbnail } from './draw-pictures.ts';
import type { TrainingFeed } from './follow-training.ts';
import { choicesOf, selectPersons, toFilter } from './select-persons.ts';
import type { Answer, Route } from './start-server.ts';
import type { PersonPage, ViewAbout, ViewedPerson } from './viewer-api.ts';

/** What the page shows. */
export interface Shown {
  /** Asked for each time: a training makes new predictions. */
  readonly catalogue: () => Catalogue;
  /** null: nothing is trained. */
  readonly training: TrainingFeed | null;
}

/** The page, and what it asks for. */
export function viewRoutes({ catalogue, training }: Shown): Route[] {
  const selected = createSelection(catalogue);
  const personAt = (index: string | undefined): CataloguePerson => {
    const person = catalogue().persons[Number(index)];
    if (person !== undefined) return person;
    const problem = { where: 'person', what: 'no such place', got: `${index}` };
    throw new LimberError('invalid-argument', problem);
  };
  return [
    { path: /^$/, answer: () => toBody('text/html; charset=utf-8', shell(catalogue().title)) },
    { path: /^viewer\.(js|css)$/, answer: ([ending]) => builtFile(ending!) },
    { path: /^about$/, answer: () => toJson(aboutOf(catalogue(), training !== null)) },
    {
      path: /^persons$/,
      answer: (_, query) => {
        const chosen = selected(toFilter(query));
        const [from, count] = [Number(query.get('from')), Number(query.get('count') ?? 60)];
        const shown = chosen.slice(from, from + Math.min(count, mostPersons));
        const persons = shown.map((index) => toViewed(catalogue(), index));
        return toJson({ total: chosen.length, persons } satisfies PersonPage);
      },
    },
    {
      path: /^thumbnails\/(\d{1,9})$/,
      answer: async ([index]) => toImage(await drawThumbnail(personAt(index))),
    },
    {
      path: /^images\/(\d{1,9})$/,
      answer: async ([index]) => toImage(await drawPicture(personAt(index))),
    },
    {
      path: /^samples\/(\d{1,9})$/,
      answer: async ([index], query) => {
        personAt(index);
        return toJson(await catalogue().sampleOf(Number(index), Number(query.get('epoch') ?? 0)));
      },
    },
    ...(training === null
      ? []
      : [
          {
            path: /^events$/,
            answer: (): Answer => ({ type: 'events', start: (send) => training.listen(send) }),
          },
        ]),
  ];
}

/** Persons in one answer at most. */
const mostPersons = 500;

/** Remembers the last selection: a page that scrolls asks for many parts of it. */
function createSelection(
  catalogue: () => Catalogue,
): (filter: ReturnType<typeof toFilter>) => readonly number[] {
  let last: { readonly of: Catalogue; readonly key: string; readonly chosen: number[] } | undefined;
  return (filter) => {
    const [of, key] = [catalogue(), JSON.stringify(filter)];
    if (last?.of !== of || last.key !== key) last = { of, key, chosen: selectPersons(of, filter) };
    return last.chosen;
  };
}

function aboutOf(
  { title, persons, skeletons, scoreName }: Catalogue,
  hasTraining: boolean,
): ViewAbout {
  return {
    title,
    count: persons.length,
    skeletons: skeletons.map(({ keypoints, links, pairs }) => ({ keypoints, links, pairs })),
    ...choicesOf(persons),
    scoreName,
    hasTraining,
  };
}

function toViewed({ persons, predictions }: Catalogue, index: number): ViewedPerson {
  const { name, split, size, box, skeleton, keypoints, findings } = persons[index]!;
  const predicted = predictions.get(index);
  return {
    index,
    name,
    split,
    size,
    box,
    skeleton,
    keypoints: toHundredths(keypoints),
    prediction: predicted?.keypoints ? toHundredths(predicted.keypoints) : null,
    score: predicted?.score ?? null,
    findings,
  };
}

function toHundredths(values: ArrayLike<number>): number[] {
  return Array.from(values, (value) => Math.round(value * 100) / 100);
}

function toBody(contentType: string, body: string): Answer {
  return { type: 'body', contentType, body };
}

function toJson(value: unknown): Answer {
  return toBody('application/json', JSON.stringify(value));
}

function toImage(body: Uint8Array): Answer {
  return { type: 'body', contentType: 'image/jpeg', body, isLasting: true };
}

async function builtFile(ending: string): Promise<Answer> {
  const { resolve } = createRequire(import.meta.url);
  const file = join(dirname(resolve('@limber/cli/package.json')), `dist/page/viewer.${ending}`);
  const type = ending === 'js' ? 'text/javascript' : 'text/css';
  return toBody(`${type}; charset=utf-8`, await readFile(file, 'utf8'));
}

function shell(title: string): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="viewer.css" />
        <script type="module" src="viewer.js"></script>
      </head>
      <body></body>
    </html>`.html;
}
