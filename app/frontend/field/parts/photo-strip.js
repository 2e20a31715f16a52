// Photos in a row, the camera first; each says how far it has come.

import { html } from 'lit-html';
import { icon } from '../shell/icon.js';
import { t } from '../words/words.js';
import { stateBadge } from './states.js';

/** @typedef {import('../core/types.js').Photo} Photo */

/** A file input as a button that a thumb hits; it keeps the focus and the name of the input.
 * @param {{ symbol: string, words: string, camera: boolean, big?: boolean, onFiles: (files: File[]) => void }} button */
function fileButton({ symbol, words, camera, big = false, onFiles }) {
  /** @param {Event} event */
  const chosen = (event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    onFiles([...(input.files ?? [])]);
    input.value = '';
  };
  const input = camera
    ? html`<input type="file" accept="image/*" capture="environment" multiple @change=${chosen}>`
    : html`<input type="file" accept="image/*" multiple @change=${chosen}>`;
  return html`<label class="file-button ${big ? 'big' : ''}">${input}${icon(symbol)}<span>${words}</span></label>`;
}

/** @param {Photo} photo
 * @param {string | null} url
 * @param {number} number */
function thumbnail(photo, url, number) {
  const words = t('Photo %(number)s', { number });
  // One that came along with the bundle lies with the server: there is nothing to open here.
  if (photo.thumb)
    return html`<li><span class="thumb"><img src=${photo.thumb} alt=${words}>${stateBadge('sent')}</span></li>`;
  const sending = photo.state === 'sending';
  return html`<li>
    <a class="thumb" href=${`#/photo/${photo.id}`}>
      ${url ? html`<img src=${url} alt=${words} decoding="async">` : html`<span class="no-picture">${icon('image')}<span class="visually-hidden">${words}</span></span>`}
      ${stateBadge(photo.state)}
    </a>
    ${sending ? html`<progress max="1" .value=${photo.progress ?? 0} aria-label=${t('%(photo)s is being sent', { photo: words })}></progress>` : ''}
  </li>`;
}

/** @param {Photo[]} photos
 * @param {{ url: (photo: Photo) => string | null }} sources
 * @param {(files: File[], fromCamera: boolean) => void} onFiles */
export function photoStrip(photos, sources, onFiles) {
  return html`<div class="photo-strip">
    <div class="photo-buttons">
      ${fileButton({ symbol: 'camera', words: photos.length ? t('One more photo') : t('Take a photo'), camera: true, big: true, onFiles: (files) => onFiles(files, true) })}
      ${fileButton({ symbol: 'image-plus', words: t('Choose'), camera: false, onFiles: (files) => onFiles(files, false) })}
    </div>
    <ul class="thumbs" aria-label=${t('Photos')}>
      ${photos.map((photo, index) => thumbnail(photo, photo.thumb ? null : sources.url(photo), index + 1))}
    </ul>
  </div>`;
}

/** Adds photos to a finding, one after the other: two raw photos at once are much for a small phone.
 * @param {any} field
 * @param {string} findingId
 * @param {File[]} files
 * @param {{ fromCamera: boolean, place?: { lon?: number | null, lat?: number | null, accuracy_m?: number | null }, purpose?: 'finding' | 'recheck', walkId?: string }} about `walkId`: of a re-check
 * @returns {Promise<string[]>} their ids */
export async function addPhotos(field, findingId, files, { fromCamera, place = {}, purpose = 'finding', walkId }) {
  const ids = [];
  for (const file of files) {
    const taken = fromCamera || !file.lastModified ? new Date() : new Date(file.lastModified);
    // A photo chosen from the phone may have been taken anywhere: only the camera is here.
    const where = fromCamera ? place : {};
    ids.push(
      await field.addPhoto(findingId, file, {
        taken_at: taken.toISOString(),
        lon: where.lon ?? null,
        lat: where.lat ?? null,
        accuracy_m: where.accuracy_m ?? null,
        purpose,
        walk_id: walkId,
      }),
    );
  }
  return ids;
}
