import type { LintFinding, LintReport, Source, SourceItem } from '@limber/dataset-builder';
import type { Html } from './html.ts';
import { html } from './html.ts';
import { renderPage } from './page.ts';
import { poseFigure } from './pose-figure.ts';

/** More findings of one kind are listed, but not drawn. */
const drawnPerRule = 12;
/** A browser does not show a longer table at ease. */
const listedFindings = 2000;

/** Creates the page of what a check found: counts, the persons and images that it is about, and every finding. */
export async function createLintPage(
  { images, persons, findings }: LintReport,
  sources: readonly Source[],
): Promise<string> {
  const rules = [...new Set(findings.map(({ rule }) => rule))];
  const drawn = rules.map((rule) => ({
    rule,
    shown: findings
      .filter((one) => one.rule === rule && one.image !== undefined)
      .slice(0, drawnPerRule),
  }));
  const wanted = new Set(drawn.flatMap(({ shown }) => shown.map(({ image }) => image!)));
  const places = await findImages(sources, wanted);
  const galleries = await Promise.all(
    drawn
      .filter(({ shown }) => shown.length > 0)
      .map(async ({ rule, shown }) => ({
        title: rule,
        note: `${findings.filter((one) => one.rule === rule).length} in all. ${shown[0]!.fix}`,
        figures: await Promise.all(shown.map((finding) => draw(finding, places))),
      })),
  );
  const counted = rules.map((rule) => {
    const own = findings.filter((one) => one.rule === rule);
    const [{ severity, fix }] = own as [LintFinding];
    return [severity, rule, `${own.length}`, fix];
  });
  return renderPage({
    title: 'What was found in the dataset',
    subtitle: `${images} images, ${persons} persons. Left: orange, right: blue, middle: green; boxes: yellow.`,
    headline: (['error', 'warning', 'info'] as const).map((severity) => ({
      name: severity,
      value: `${findings.filter((one) => one.severity === severity).length}`,
    })),
    charts: [],
    galleries,
    tables: [
      {
        title: 'What to do',
        header: ['severity', 'rule', 'findings', 'what to do'],
        rows: counted,
      },
      {
        title: 'Findings',
        header: ['rule', 'file', 'image', 'id', 'field', 'what'],
        rows: findings
          .slice(0, listedFindings)
          .map(({ rule, file, image, id, field, message }) => [
            rule,
            file,
            image ?? '',
            `${id ?? ''}`,
            field,
            message,
          ]),
        ...(findings.length > listedFindings
          ? { note: `The first ${listedFindings} of ${findings.length}; --json has all of them.` }
          : {}),
      },
    ],
  });
}

interface Place {
  readonly item: SourceItem;
  readonly source: Source;
}

async function findImages(
  sources: readonly Source[],
  wanted: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Place>> {
  const places = new Map<string, Place>();
  for (const source of sources) {
    for await (const item of source.items()) {
      if (wanted.has(item.fileName))
        places.set(`${source.name}: ${item.fileName}`, { item, source });
    }
  }
  return places;
}

/** The person of a finding, or the whole image; the caption alone where the image is not known. */
async function draw(finding: LintFinding, places: ReadonlyMap<string, Place>): Promise<Html> {
  const caption = `${finding.image}: ${finding.message}`;
  const place = places.get(`${finding.file}: ${finding.image}`);
  if (place === undefined) return html`<figure><figcaption>${caption}</figcaption></figure>`;
  const { item, source } = place;
  const person = finding.person === undefined ? undefined : item.annotations[finding.person];
  const figure = {
    imageSize: { width: item.width, height: item.height },
    box: person?.bbox ?? ([0, 0, item.width, item.height] as const),
    truth: person?.keypoints ?? [],
    prediction: [],
    skeleton: source.skeleton,
    caption,
    isTruthExamined: person !== undefined,
  };
  // a missing or damaged image is among the findings itself
  return await poseFigure({ ...figure, image: item.bytes ?? item.path }).catch(() =>
    poseFigure(figure),
  );
}
