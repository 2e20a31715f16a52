// Words and icons of the light on a walk.

import { html } from 'lit-html';
import { icon } from '../shell/icon.js';
import { t } from '../words/words.js';

/** @returns {[string, string, string][]} value, icon, word */
export function lights() {
  return [
    ['day', 'sun', t('Daylight')],
    ['dusk', 'sunset', t('Dusk')],
    ['dark', 'moon', t('Dark')],
  ];
}

/** @param {string | null | undefined} value */
export function lightWords(value) {
  const known = lights().find(([one]) => one === value);
  return known ? html`<span>${icon(known[1])} ${known[2]}</span>` : '';
}
