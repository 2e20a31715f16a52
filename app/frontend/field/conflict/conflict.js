// The same field changed here and elsewhere: both are kept until a person has chosen.

import { html, nothing, render } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import { attempts } from '../parts/attempt.js';
import { bar, notice } from '../parts/bar.js';
import { findingWords } from '../parts/checklist-words.js';
import { keepDrawn } from '../parts/keep-drawn.js';
import { since } from '../shell/amounts.js';
import { t } from '../words/words.js';
import { rowsOf } from './units.js';

/** @param {{root: HTMLElement, field: any, params: Record<string, string>, go: (hash: string) => void}} screen
 * @returns {() => void} stop */
export function show({ root, field }) {
  /** @type {{ conflict: any, finding: any, bundle: any }[] | null} */
  let cases = null;

  const attempt = attempts(() => draw());
  const screen = keepDrawn(field, async () => {
    const read = [];
    for (const conflict of await field.conflicts()) {
      const finding = await field.finding(conflict.finding_id);
      const bundle = await field.bundle(conflict.walk_id ?? finding?.walk_id);
      read.push({ conflict, finding, bundle });
    }
    cases = read;
    draw();
  });

  /** @param {string} id
   * @param {'mine' | 'theirs'} which */
  const settle = (id, which) => attempt.run(() => field.settle(id, which));

  /** @param {string} id
   * @param {'mine' | 'theirs'} which
   * @param {string} words
   * @param {[string, string][]} rows */
  function side(id, which, words, rows) {
    return html`<div class="side">
      <h3>${words}</h3>
      <dl>${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
      <button type="button" @click=${() => settle(id, which)}>${which === 'mine' ? t('Keep mine') : t('Take the other')}</button>
    </div>`;
  }

  /** @param {{ conflict: any, finding: any, bundle: any }} one */
  function card({ conflict, finding, bundle }) {
    const title = finding ? findingWords(bundle, finding.data, t('Without category')) : t('The note');
    return html`<li class="conflict">
      <h2>${title}</h2>
      <p class="help">${[finding?.number, since(new Date(conflict.at), new Date())].filter(Boolean).join(' · ')}</p>
      <div class="sides">
        ${side(conflict.id, 'mine', t('You wrote'), rowsOf(bundle, conflict.mine))}
        ${side(conflict.id, 'theirs', t('The other wrote'), rowsOf(bundle, conflict.theirs))}
      </div>
    </li>`;
  }

  function draw() {
    if (!cases) return;
    render(
      html`${bar(t('Two versions'))}
      <div class="sheet">
        ${attempt.words()}
        ${
          cases.length
            ? html`<p>${t('The same thing was changed here and elsewhere. Both are kept. Choose which one holds.')}</p>
              <ul class="conflicts">${repeat(cases, ({ conflict }) => conflict.id, card)}</ul>`
            : notice('good', t('There is nothing to choose between.'))
        }
      </div>`,
      root,
    );
  }

  return () => {
    screen.stop();
    render(nothing, root);
  };
}
