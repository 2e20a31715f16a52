// A finding that somebody else noted: to read, and to check on this walk.

import { html } from 'lit-html';
import { bar } from '../parts/bar.js';
import { categoryOf, findingWords } from '../parts/checklist-words.js';
import { statusLine } from '../parts/statuses.js';
import { daysWords } from '../parts/times.js';
import { icon } from '../shell/icon.js';
import { t } from '../words/words.js';

/** @param {any} finding
 * @param {any} bundle of the walk it came along with */
export function readOnly(finding, bundle) {
  const { data } = finding;
  const category = categoryOf(bundle, data.category);
  const thumbs = finding.photos.filter((/** @type {any} */ photo) => photo.thumb);
  const earlier = finding.walk_id !== bundle?.walk?.id;
  return html`${bar(finding.number ?? t('Finding'))}
    <div class="sheet">
      ${data.severity === 'acute' ? html`<p><span class="badge red">${icon('siren')} ${t('Acute')}</span></p>` : ''}
      <h2>${category ? icon(category.icon || 'circle-dot') : ''} ${findingWords(bundle, data, t('Without category'))}</h2>
      ${statusLine(finding.status)}
      ${finding.seen?.length ? html`<p class="help">${t('Seen %(days)s', { days: daysWords(finding.seen) })}</p>` : ''}
      ${data.place_words ? html`<p>${icon('map-pin')} ${data.place_words}</p>` : ''}
      ${data.description ? html`<p>${data.description}</p>` : ''}
      <ul class="then-photos">
        ${thumbs.map((/** @type {any} */ photo) => html`<li><img src=${photo.thumb} alt=${t('How it looked then')}></li>`)}
      </ul>
    </div>
    <div class="screen-actions">
      ${
        bundle?.walk && earlier
          ? html`<a class="button main" href=${`#/walk/${bundle.walk.id}/recheck?finding=${finding.id}`}>${icon('clipboard-check')} ${t('Check it now')}</a>`
          : html`<a class="button main" href=${`#/walk/${finding.walk_id}`}>${t('Back to the walk')}</a>`
      }
    </div>`;
}
