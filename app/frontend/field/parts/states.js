// How far a thing has come on its way to the server: icon, word and colour.

import { html } from 'lit-html';
import { icon } from '../shell/icon.js';
import { t } from '../words/words.js';

/** Icon and tone of each state; its word stands in `stateWord`.
 * @type {Record<string, [string, string]>} */
const LOOKS = {
  draft: ['pencil', 'slate'],
  preparing: ['image', 'slate'],
  waiting: ['clock', 'amber'],
  sending: ['send', 'blue'],
  sent: ['check-check', 'green'],
  rejected: ['triangle-alert', 'red'],
  conflict: ['copy', 'violet'],
};

/** @param {string} state */
export function stateWord(state) {
  switch (state) {
    case 'draft':
      return t('Draft');
    case 'preparing':
      return t('Being prepared');
    case 'waiting':
      return t('Waiting');
    case 'sending':
      return t('Being sent');
    case 'sent':
      return t('Has arrived');
    case 'rejected':
      return t('Not accepted');
    case 'conflict':
      return t('Two versions');
    default:
      return state;
  }
}

/** @param {string} state */
export function stateBadge(state) {
  const [symbol, tone] = LOOKS[state] ?? ['circle-dot', 'slate'];
  return html`<span class="badge ${tone}">${icon(symbol)} ${stateWord(state)}</span>`;
}
