// Who came along: organisations and numbers, no names.

import { html, nothing } from 'lit-html';
import { icon } from '../shell/icon.js';
import { t } from '../words/words.js';

/** @typedef {import('../core/types.js').Participant} Participant */

/** @param {Participant[]} participants
 * @param {{ id: string, name: string }[]} organisations
 * @param {(participants: Participant[]) => void} onChange */
export function participantRows(participants, organisations, onChange) {
  /** @param {Participant} participant */
  const name = ({ organisation_id, name: own }) =>
    organisations.find(({ id }) => id === organisation_id)?.name ?? own ?? t('Organisation');
  /** @param {number} at
   * @param {number} people */
  const count = (at, people) => {
    const next = participants.map((one, index) => (index === at ? { ...one, people } : one));
    onChange(next.filter((one) => one.people > 0));
  };
  const others = organisations.filter(({ id }) => !participants.some((one) => one.organisation_id === id));
  /** @param {Event} event */
  const add = (event) => {
    const select = /** @type {HTMLSelectElement} */ (event.target);
    const organisation_id = select.value;
    select.value = '';
    if (organisation_id) onChange([...participants, { organisation_id, role: 'participant', people: 1 }]);
  };
  return html`<section aria-labelledby="who">
    <h2 id="who">${t('Who came along')}</h2>
    <p class="help">${t('Organisations and numbers, no names.')}</p>
    <ul class="participants">
      ${participants.map(
        (one, at) => html`<li>
          <span>${name(one)}</span>
          <span class="stepper">
            <button type="button" aria-label=${t('One fewer from %(name)s', { name: name(one) })} @click=${() => count(at, one.people - 1)}>${icon('minus')}</button>
            <output aria-live="polite">${one.people}</output>
            <button type="button" aria-label=${t('One more from %(name)s', { name: name(one) })} @click=${() => count(at, one.people + 1)}>${icon('plus')}</button>
          </span>
        </li>`,
      )}
    </ul>
    ${
      others.length
        ? html`<div class="field">
            <label for="add-organisation">${t('Add an organisation')}</label>
            <select id="add-organisation" @change=${add}>
              <option value="">${t('Choose')}</option>
              ${others.map(({ id, name: words }) => html`<option value=${id}>${words}</option>`)}
            </select>
          </div>`
        : nothing
    }
  </section>`;
}
