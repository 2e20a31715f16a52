// One old finding to check: how it looked then, what it is now.

import { html, nothing } from 'lit-html';
import { personalDataWarning } from '../finding/more.js';
import { notice } from '../parts/bar.js';
import { categoryOf, findingWords } from '../parts/checklist-words.js';
import { photoStrip } from '../parts/photo-strip.js';
import { reopens, statusLine } from '../parts/statuses.js';
import { daysWords } from '../parts/times.js';
import { icon } from '../shell/icon.js';
import { t } from '../words/words.js';

/** @typedef {'fixed' | 'remains' | 'worse' | 'not_found'} Result */
/** @typedef {{ result: Result | null, note: string, photos: string[] }} Answer */

/** @returns {[Result, string, string, string][]} code, icon, word, tone */
const results = () => [
  ['fixed', 'check', t('Fixed'), 'green'],
  ['remains', 'circle-dot', t('Still there'), 'amber'],
  ['worse', 'triangle-alert', t('Worse'), 'red'],
  ['not_found', 'search', t('Cannot find it'), 'grey'],
];

/** @param {Result} result */
export function resultBadge(result) {
  const [, symbol, words, tone] = results().find(([code]) => code === result) ?? ['', 'circle-dot', result, 'slate'];
  return html`<span class="badge ${tone}">${icon(symbol)} ${words}</span>`;
}

/** What still lacks before it can be saved; nothing when all is there.
 * @param {Answer} answer */
export function lacking({ result, photos }) {
  if (!result) return t('Choose what it is like now.');
  return result === 'fixed' && photos.length === 0 ? t('Take a photo that shows that it is fixed.') : '';
}

/** @param {any} finding
 * @param {any} bundle */
function then(finding, bundle) {
  const thumb = finding.photos.find((/** @type {any} */ photo) => photo.thumb)?.thumb;
  const category = categoryOf(bundle, finding.data.category);
  const { data } = finding;
  const seen = finding.seen?.length ? t('Seen %(days)s', { days: daysWords(finding.seen) }) : '';
  return html`<div class="then">
    ${
      thumb
        ? html`<img src=${thumb} alt=${t('How it looked then')} loading="lazy">`
        : html`<span class="no-picture">${icon(category?.icon || 'image')}<span class="visually-hidden">${t('No photo')}</span></span>`
    }
    <div>
      <h2>${findingWords(bundle, data, t('Without category'))}</h2>
      ${statusLine(finding.status)}
      <p class="help">${[finding.number, data.place_words, seen].filter(Boolean).join(' · ')}</p>
      ${data.description ? html`<p>${data.description}</p>` : nothing}
    </div>
  </div>`;
}

/** One that is done: a line, and the way to change it.
 * @param {any} finding
 * @param {any} bundle
 * @param {Result} result
 * @param {() => void} onReopen */
export function doneCard(finding, bundle, result, onReopen) {
  return html`<li class="recheck-card done" id=${`check-${finding.id}`}>
    <div><strong>${findingWords(bundle, finding.data, t('Without category'))}</strong> ${resultBadge(result)}</div>
    <button type="button" class="quiet" @click=${onReopen}>${t('Change')}<span class="visually-hidden"> ${finding.number}</span></button>
  </li>`;
}

/** @param {any} finding
 * @param {any} bundle
 * @param {Answer} answer
 * @param {{ url: (photo: any) => string | null }} sources
 * @param {{ onResult: (result: Result) => void, onNote: (note: string) => void, onFiles: (files: File[], camera: boolean) => void,
 *   onSave: () => void, told: boolean }} on `told`: whether somebody tried to save it before it was whole */
export function openCard(finding, bundle, answer, sources, { onResult, onNote, onFiles, onSave, told }) {
  const lacks = lacking(answer);
  const photos = finding.photos.filter((/** @type {any} */ photo) => answer.photos.includes(photo.id));
  const noteId = `note-${finding.id}`;
  return html`<li class="recheck-card" id=${`check-${finding.id}`}>
    ${then(finding, bundle)}
    ${reopens(finding.status) ? html`<p class="help">${icon('rotate-ccw')} ${t('“Still there” and “Worse” open it again.')}</p>` : nothing}
    <div class="results" role="group" aria-label=${t('What it is like now')}>
      ${results().map(
        ([code, symbol, words, tone]) =>
          html`<button type="button" class="result ${tone}" aria-pressed=${answer.result === code ? 'true' : 'false'}
            @click=${() => onResult(code)}>${icon(symbol)}<span>${words}</span></button>`,
      )}
    </div>
    ${
      answer.result
        ? html`${photoStrip(photos, sources, onFiles)}
          <div class="field">
            <label for=${noteId}>${t('Note')}</label>
            <textarea id=${noteId} rows="2" .value=${answer.note}
              @input=${(/** @type {Event} */ event) => onNote(/** @type {HTMLTextAreaElement} */ (event.target).value)}></textarea>
          </div>
          ${personalDataWarning([answer.note])}
          <div role="status">${told && lacks ? notice('warning', lacks) : nothing}</div>
          <button type="button" class="strong" @click=${onSave}>${icon('check')} ${t('Save')}</button>`
        : nothing
    }
  </li>`;
}
