import { expect, test } from 'vitest';
import { html, trusted } from './html.ts';

test('text from outside is escaped, also inside attributes', () => {
  const name = '<script>"&';
  expect(html`<p title="${name}">${name}</p>`.html).toBe(
    '<p title="&lt;script&gt;&quot;&amp;">&lt;script&gt;&quot;&amp;</p>',
  );
});

test('pieces of HTML and lists of them stay as they are', () => {
  const rows = ['a', 'b'].map((cell) => html`<td>${cell}</td>`);
  expect(html`${rows}${trusted('<td/>')}${3}`.html).toBe('<td>a</td><td>b</td><td/>3');
});
