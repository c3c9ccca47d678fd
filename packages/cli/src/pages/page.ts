import type { Html } from './html.ts';
import { html } from './html.ts';
import { pageStyle } from './page-style.ts';

/** What a page shows, in its order. */
export interface PageContent {
  readonly title: string;
  readonly subtitle: string;
  readonly headline: readonly { readonly name: string; readonly value: string }[];
  readonly charts: readonly {
    readonly title: string;
    readonly chart: Html;
    /** What its colors mean. */
    readonly legend?: readonly { readonly name: string; readonly color: string }[];
  }[];
  readonly galleries: readonly {
    readonly title: string;
    readonly note: string;
    readonly figures: readonly Html[];
  }[];
  readonly tables: readonly {
    readonly title: string;
    readonly header: readonly string[];
    readonly rows: readonly (readonly string[])[];
    /** Below the title. */
    readonly note?: string;
  }[];
}

/** A page without any reference to another file. */
export function renderPage(content: PageContent): string {
  const { title, subtitle, headline, charts, galleries, tables } = content;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title}</title>
        ${pageStyle}
      </head>
      <body>
        <header>
          <h1>${title}</h1>
          <p>${subtitle}</p>
        </header>
        <section class="headline">
          ${headline.map(({ name, value }) => html`<div><b>${value}</b><span>${name}</span></div>`)}
        </section>
        <section class="charts">
          ${charts.map(
            (item) =>
              html`<div>
                <h2>${item.title}</h2>
                ${item.legend === undefined ? [] : legend(item.legend)} ${item.chart}
              </div>`,
          )}
        </section>
        ${galleries.map(
          (gallery) =>
            html`<section>
              <h2>${gallery.title}</h2>
              <p class="note">${gallery.note}</p>
              <div class="gallery">${gallery.figures}</div>
            </section>`,
        )}
        ${tables.map(table)}
      </body>
    </html>`;
  return `${page.html}\n`;
}

function legend(colors: NonNullable<PageContent['charts'][number]['legend']>): Html {
  const item = ({ name, color }: (typeof colors)[number]): Html =>
    html`<span><i style="background: ${color}"></i>${name}</span>`;
  return html`<p class="legend">${colors.map(item)}</p>`;
}

function table({ title, note, header, rows }: PageContent['tables'][number]): Html {
  return html`<section class="table">
    <h2>${title}</h2>
    ${note === undefined ? [] : html`<p class="note">${note}</p>`}
    <table>
      <thead>
        <tr>
          ${header.map((cell) => html`<th>${cell}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}
