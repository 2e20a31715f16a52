// The same findings as on the map, as a list: for those without a map, and for whoever reads rather than points.

import { html, nothing } from 'lit-html';
import { findingWords } from '../parts/checklist-words.js';
import { stateBadge } from '../parts/states.js';
import { icon } from '../shell/icon.js';
import { t, tn } from '../words/words.js';

/** @typedef {import('../core/types.js').Finding} Finding */

/** @param {Finding[]} findings
 * @param {any} bundle
 * @param {string} walkId */
export function findingList(findings, bundle, walkId) {
  const todays = findings.filter((finding) => finding.mine_walk).toReversed();
  const earlier = findings.filter((finding) => !finding.mine_walk);
  return html`<h2>${t('Noted on this walk')}</h2>
    ${
      todays.length
        ? html`<ul class="plain finding-list">${todays.map((finding) => line(finding, bundle, `#/finding/${finding.id}`))}</ul>`
        : html`<p class="muted">${t('Nothing yet. What you note is shown here and on the map.')}</p>`
    }
    ${
      earlier.length
        ? html`<h2>${t('Open from earlier walks')}</h2>
          <ul class="plain finding-list">
            ${earlier.map((finding) => line(finding, bundle, `#/walk/${walkId}/recheck?finding=${finding.id}`))}
          </ul>`
        : nothing
    }`;
}

/** @param {Finding} finding
 * @param {any} bundle
 * @param {string} address */
function line(finding, bundle, address) {
  const photos = finding.photos.length;
  return html`<li>
    <a href=${address}>
      <span class="pin-sample ${finding.mine_walk ? 'todays' : 'earlier'}"></span>
      <span class="what">
        <strong>${findingWords(bundle, finding.data, t('Finding without a category'))}</strong>
        <span class="beside">
          ${finding.number ? html`<span class="number">${finding.number}</span>` : nothing}
          ${finding.data.severity === 'acute' ? html`<span class="badge red">${icon('siren')} ${t('Acute')}</span>` : nothing}
          ${photos ? html`<span>${icon('camera')} ${tn('%(n)s photo', '%(n)s photos', photos)}</span>` : nothing}
          ${finding.mine_walk ? stateBadge(finding.state) : nothing}
          ${finding.recheck ? html`<span class="badge green">${icon('check')} ${t('Checked')}</span>` : nothing}
        </span>
      </span>
      ${icon('chevron-right')}
    </a>
  </li>`;
}
