// All that can wait for a desk, for whoever wants to write it at once.

import { html, nothing } from 'lit-html';
import { notice } from '../parts/bar.js';
import { t } from '../words/words.js';
import { hints } from './personal-data.js';

/** @typedef {{ shown: <T>(name: string, stored: T) => T, type: (name: string, value: unknown) => void, flush: () => Promise<unknown> }} Saver */

/** A warning when the words look like personal data; nothing is refused.
 * @param {(string | null | undefined)[]} texts */
export function personalDataWarning(texts) {
  const found = hints(texts);
  const names = {
    identity_number: t('a personal identity number'),
    phone: t('a telephone number'),
    registration: t('a registration number'),
  };
  const things = [...found].map((hint) => names[hint]).join(', ');
  const words = () => t('The text seems to hold %(things)s. Take it out unless it is really needed.', { things });
  return html`<div role="status">${found.size ? notice('warning', words()) : ''}</div>`;
}

/** One line of text, or several.
 * @param {Saver} saver
 * @param {any} data
 * @param {{ name: string, label: string, help?: string, long?: boolean, numeric?: boolean }} about */
export function textField(saver, data, { name, label, help, long = false }) {
  const value = saver.shown(name, data[name] ?? '');
  /** @param {Event} event */
  const typed = (event) => saver.type(name, /** @type {HTMLInputElement} */ (event.target).value);
  const leave = () => saver.flush();
  const note = help ? `${name}-help` : null;
  return html`<div class="field">
    <label for=${name}>${label}</label>
    ${help ? html`<p class="help" id=${note}>${help}</p>` : ''}
    ${
      long
        ? html`<textarea id=${name} rows="4" aria-describedby=${note ?? nothing} .value=${value} @input=${typed} @change=${leave}></textarea>`
        : html`<input id=${name} autocomplete="off" maxlength="300" aria-describedby=${note ?? nothing} .value=${value} @input=${typed} @change=${leave}>`
    }
  </div>`;
}

/** A few choices in a row; the chosen one tapped again is let go.
 * @param {{ label: string, help?: string, value: unknown, choices: [string | number, string][], onChoose: (value: any) => void }} about */
function choiceRow({ label, help, value, choices, onChoose }) {
  return html`<fieldset class="field">
    <legend>${label}</legend>
    ${help ? html`<p class="help">${help}</p>` : ''}
    <div class="chips">
      ${choices.map(
        ([code, words]) =>
          html`<button type="button" class="chip" aria-pressed=${code === value ? 'true' : 'false'}
            @click=${() => onChoose(code === value ? null : code)}>${words}</button>`,
      )}
    </div>
  </fieldset>`;
}

/** Such graffiti is never a public point, and is taken away at once.
 * @param {any} data
 * @param {(changes: Record<string, unknown>) => void} edit */
export function hateSwitch(data, edit) {
  return html`<label class="switch"><input type="checkbox" .checked=${Boolean(data.hate)}
    @change=${(/** @type {Event} */ event) => edit({ hate: /** @type {HTMLInputElement} */ (event.target).checked })}>
    ${t('Graffiti with hate or threats')}</label>`;
}

/** @type {[number, string][]} */
const GRADES = [1, 2, 3, 4, 5].map((grade) => [grade, String(grade)]);

/** @param {Saver} saver
 * @param {any} data
 * @param {(changes: Record<string, unknown>) => void} edit */
export function moreFields(saver, data, edit) {
  const grades = t('1 = safe, 5 = very unsafe');
  return html`<details class="more">
    <summary>${t('More')}</summary>
    ${textField(saver, data, { name: 'title', label: t('Title') })}
    ${textField(saver, data, { name: 'description', label: t('Description'), help: t('Write about the place, never about persons.'), long: true })}
    ${choiceRow({
      label: t('Severity'),
      value: data.severity,
      choices: [
        ['acute', t('Acute')],
        ['high', t('High')],
        ['medium', t('Medium')],
        ['low', t('Low')],
      ],
      onChoose: (severity) => edit({ severity }),
    })}
    ${choiceRow({ label: t('Unsafe by day'), help: grades, value: data.unsafe_day, choices: GRADES, onChoose: (unsafe_day) => edit({ unsafe_day }) })}
    ${choiceRow({ label: t('Unsafe in the evening'), help: grades, value: data.unsafe_evening, choices: GRADES, onChoose: (unsafe_evening) => edit({ unsafe_evening }) })}
    ${textField(saver, data, { name: 'size', label: t('Size'), help: t('For example 2 × 1 m, or three lamps') })}
    ${textField(saver, data, { name: 'asset_number', label: t('Number on the lamp post or cabinet') })}
  </details>`;
}
