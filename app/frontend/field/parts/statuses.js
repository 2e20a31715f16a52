// Where the remedy of an earlier finding stands: icon, word and colour, as on the pages; and what a look at it changes.

import { html } from 'lit-html';
import { icon } from '../shell/icon.js';
import { t } from '../words/words.js';

/** @returns {Record<string, [string, string, string]>} icon, colour, word */
const looks = () => ({
  new: ['circle-dot', 'slate', t('New')],
  triaged: ['clipboard-check', 'slate', t('Triaged')],
  sent: ['send', 'blue', t('Sent to the responsible')],
  acknowledged: ['mail-check', 'blue', t('Acknowledged by the responsible')],
  planned: ['calendar', 'violet', t('Planned')],
  in_progress: ['contrast', 'amber', t('Under way')],
  reported_fixed: ['check', 'green', t('Fixed according to the responsible, not checked')],
  verified: ['check-check', 'green', t('Verified')],
  closed: ['check-check', 'green', t('Closed')],
  not_ours: ['undo-2', 'slate', t('Not the right responsible')],
  declined_proposed: ['message-square-x', 'blue', t('Proposed not to be fixed')],
  needs_investment: ['coins', 'blue', t('Needs investment')],
  on_hold: ['pause', 'blue', t('On hold')],
  duplicate: ['copy', 'grey', t('Duplicate')],
  wont_fix: ['circle-slash', 'grey', t('Will not be fixed')],
  reopened: ['rotate-ccw', 'red', t('Reopened')],
});

/** @param {string} status */
export function statusLine(status) {
  const look = looks()[status];
  return look ? html`<p><span class="badge ${look[1]}">${icon(look[0])} ${look[2]}</span></p>` : '';
}

/** Whether it is opened again when somebody says that it is still there (app/services/rechecks.py).
 * @param {string} status */
export function reopens(status) {
  return ['reported_fixed', 'verified', 'closed'].includes(status);
}
