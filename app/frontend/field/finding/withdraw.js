// Taking a note back, asked twice.

import { html } from 'lit-html';
import { notice } from '../parts/bar.js';
import { icon } from '../shell/icon.js';
import { t, tn } from '../words/words.js';

/** @param {number} photos how many go with it
 * @param {boolean} confirming
 * @param {{ onAsk: () => void, onKeep: () => void, onWithdraw: () => void }} told */
export function withdrawPart(photos, confirming, { onAsk, onKeep, onWithdraw }) {
  if (!confirming) {
    return html`<button type="button" class="danger" data-withdraw @click=${onAsk}>${icon('trash-2')} ${t('Take back')}</button>`;
  }
  return notice(
    'warning',
    photos
      ? tn('Take the note back, with its photo?', 'Take the note back, with its %(n)s photos?', photos)
      : t('Take the note back?'),
    html`<div class="row">
      <button type="button" data-keep @click=${onKeep}>${t('Keep it')}</button>
      <button type="button" class="danger" @click=${onWithdraw}>${icon('trash-2')} ${t('Take back')}</button>
    </div>`,
  );
}
