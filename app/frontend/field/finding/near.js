// "The same as this one?": an open finding within reach, offered instead of a new row.

import { html } from 'lit-html';
import { findingWords } from '../parts/checklist-words.js';
import { reopens, statusLine } from '../parts/statuses.js';
import { daysWords } from '../parts/times.js';
import { icon } from '../shell/icon.js';
import { t } from '../words/words.js';

/** Findings that somebody has said are others, as "mine/other": asked once. */
const apart = new Set();

/** @param {string} mine
 * @param {string} other */
export function setApart(mine, other) {
  apart.add(`${mine}/${other}`);
}

/** The nearest one that has not been called another yet.
 * @param {{ finding: any, metres: number, seen: string[] }[]} near
 * @param {string} mine */
export function toAsk(near, mine) {
  const others = near.filter(({ finding }) => finding.id !== mine && !apart.has(`${mine}/${finding.id}`));
  return others.sort((one, two) => one.metres - two.metres)[0] ?? null;
}

/** @param {any} bundle
 * @param {{ finding: any, metres: number, seen: string[] }} near
 * @param {(photo: any) => string | null} url of a photo that lies in the phone
 * @param {boolean} earlier noted on another walk
 * @param {{ onSame: () => void, onNew: () => void }} told */
export function nearCard(bundle, { finding, metres, seen }, url, earlier, { onSame, onNew }) {
  const data = finding.data ?? finding;
  const [photo] = finding.photos ?? [];
  const thumb = photo && (photo.thumb ?? url(photo));
  const away = t('%(metres)s m away', { metres: Math.round(metres) });
  const words = seen.length ? `${t('Seen %(days)s', { days: daysWords(seen) })} · ${away}` : away;
  return html`<section class="near" aria-labelledby="near" role="status">
    ${thumb ? html`<img src=${thumb} alt=${t('How it looked then')}>` : html`<span class="no-picture">${icon('image')}</span>`}
    <div>
      <h2 id="near">${t('The same as this one?')}</h2>
      <p>${findingWords(bundle, data, t('Without category'))}</p>
      <p class="help">${words}</p>
      ${earlier ? statusLine(finding.status) : ''}
      ${earlier && reopens(finding.status) ? html`<p class="help">${icon('rotate-ccw')} ${t('“The same” opens it again.')}</p>` : ''}
    </div>
    <div class="row">
      <button type="button" class="strong" @click=${onSame}>${icon('copy')} ${t('The same')}</button>
      <button type="button" @click=${onNew}>${icon('plus')} ${t('A new one')}</button>
    </div>
  </section>`;
}
