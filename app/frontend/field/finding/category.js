// What it is: categories as tiles, and the points of the chosen one.

import { html } from 'lit-html';
import { notice } from '../parts/bar.js';
import { icon } from '../shell/icon.js';
import { t } from '../words/words.js';

/** @typedef {import('../parts/checklist-words.js').Category} Category */

/** @param {Category} category
 * @param {boolean} chosen
 * @param {(category: Category) => void} choose */
function tile(category, chosen, choose) {
  return html`<button type="button" class="tile" aria-pressed=${chosen ? 'true' : 'false'} @click=${() => choose(category)}>
    ${icon(category.icon || 'circle-dot')}<span>${category.name}</span>
  </button>`;
}

/** All categories.
 * @param {Category[]} categories
 * @param {string | null} chosen its slug
 * @param {(category: Category) => void} choose */
export function categoryTiles(categories, chosen, choose) {
  if (!categories.length) {
    return notice(
      'warning',
      t(
        'The categories are not in the phone yet. Take a photo and write the place and what it is; it is kept here. Open the app with a network, signed in, and choose the category then.',
      ),
    );
  }
  return html`<section aria-labelledby="what">
    <h2 id="what">${t('What is it?')}</h2>
    <div class="tiles">${categories.map((category) => tile(category, category.slug === chosen, choose))}</div>
  </section>`;
}

/** The chosen category with its points. A point tapped again is let go.
 * @param {Category} category
 * @param {string | null | undefined} item its slug
 * @param {{ onItem: (slug: string | null) => void, onOther: () => void }} told */
export function chosenCategory(category, item, { onItem, onOther }) {
  return html`<section aria-labelledby="what">
    <div class="chosen">
      <h2 id="what">${icon(category.icon || 'circle-dot')} ${category.name}</h2>
      <button type="button" class="quiet" @click=${onOther}>${t('Change')}<span class="visually-hidden"> ${t('category')}</span></button>
    </div>
    ${category.help ? html`<p class="help">${category.help}</p>` : ''}
    <div class="chips" data-items role="group" aria-label=${t('What of it')}>
      ${category.items.map(
        ({ slug, name }) =>
          html`<button type="button" class="chip" aria-pressed=${slug === item ? 'true' : 'false'}
            @click=${() => onItem(slug === item ? null : slug)}>${slug === item ? icon('check') : ''}${name}</button>`,
      )}
    </div>
  </section>`;
}
