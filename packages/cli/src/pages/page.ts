import type { Html } from './html.ts';
import { html, trusted } from './html.ts';
import { pageStyle } from './page-style.ts';

/** What a page shows, in its order. */
export interface PageContent {
  readonly title: string;
  readonly subtitle: string;
  readonly headline: readonly {
    readonly name: string;
    readonly value: string;
    readonly note?: string;
  }[];
  /** Tables above the charts. */
  readonly firstTables?: PageContent['tables'];
  readonly charts: readonly {
    readonly title: string;
    readonly chart: Html;
    /** What the colours mean, where the chart does not name them itself. */
    readonly legend?: readonly { readonly name: string; readonly color: string }[];
  }[];
  /** Parts of charts with `data-over="<name>"` are shown while that name is chosen; the first is at first. */
  readonly chartChoice?: { readonly label: string; readonly names: readonly string[] };
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
  const { title, subtitle, headline, charts, chartChoice, galleries, tables } = content;
  const { firstTables = [] } = content;
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
        <main>
          <section class="headline">
            ${headline.map(
              ({ name, value, note = '' }) =>
                html`<div><b>${value}</b><span>${name}</span> <small>${note}</small></div>`,
            )}
          </section>
          ${firstTables.map(table)} ${chartChoice === undefined ? [] : choice(chartChoice)}
          <section class="charts">
            ${charts.map(
              (item) =>
                html`<div>
                  <h2>${item.title}</h2>
                  ${legend(item.legend ?? [])} ${item.chart}
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
        </main>
      </body>
    </html>`;
  return `${page.html}\n`;
}

/** A finished page with more tables at its end. */
export function addTables(page: string, tables: PageContent['tables']): string {
  // text of a page is escaped: the tag is there once
  const end = page.lastIndexOf('</main>');
  return page.slice(0, end) + html`${tables.map(table)}`.html + page.slice(end);
}

function choice({ label, names }: NonNullable<PageContent['chartChoice']>): Html {
  const hidden = names.map(
    (name) => `body:not(:has(#over-${name}:checked)) [data-over='${name}'] { display: none; }`,
  );
  return html`${trusted(`<style>${hidden.join('\n')}</style>`)}
    <fieldset class="choice">
      <legend>${label}</legend>
      ${names.map(
        (name, at) =>
          html`<label
            ><input
              type="radio"
              name="over"
              id="over-${name}"
              ${trusted(at === 0 ? 'checked' : '')}
            />
            ${name}</label
          >`,
      )}
    </fieldset>`;
}

function legend(entries: NonNullable<PageContent['charts'][number]['legend']>): Html | [] {
  if (entries.length === 0) return [];
  return html`<p class="note">
    ${entries.map(
      ({ name, color }) => html`<span class="swatch" style="background: ${color}"></span>${name} `,
    )}
  </p>`;
}

function table({ title, note, header, rows }: PageContent['tables'][number]): Html {
  return html`<section>
    <h2>${title}</h2>
    ${note === undefined ? [] : html`<p class="note">${note}</p>`}
    <div class="scroll" tabindex="0" role="region" aria-label="${title}">
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
    </div>
  </section>`;
}
