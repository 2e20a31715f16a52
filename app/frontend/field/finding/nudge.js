// Moving the pin without a map: four buttons and the arrow keys.

import { html } from 'lit-html';
import { arrowStep, movePin } from '../../position/pin.js';
import { icon } from '../shell/icon.js';
import { t } from '../words/words.js';

/** @typedef {import('../../position/pin.js').Pin} Pin */

export const STEPS = [1, 5, 25];

/** @param {Pin} pin
 * @param {number} step metres
 * @param {{ onMove: (pin: Pin) => void, onStep: (step: number) => void }} told */
export function nudgePad(pin, step, { onMove, onStep }) {
  /** @param {number} east
   * @param {number} north */
  const move = (east, north) => onMove(movePin(pin, east * step, north * step));
  /** @param {KeyboardEvent} event */
  const byArrow = (event) => {
    const way = arrowStep(event.key, false);
    if (!way) return;
    event.preventDefault();
    move(...way);
  };
  /** @type {[string, string, string, number, number][]} */
  const ways = [
    ['north', t('North'), 'arrow-up', 0, 1],
    ['west', t('West'), 'arrow-left', -1, 0],
    ['east', t('East'), 'arrow-right', 1, 0],
    ['south', t('South'), 'arrow-down', 0, -1],
  ];
  return html`<div class="nudge">
    <div class="nudge-pad" role="group" aria-label=${t('Move the pin')} @keydown=${byArrow}>
      ${ways.map(
        ([name, words, symbol, east, north]) =>
          html`<button type="button" class="nudge-${name}" @click=${() => move(east, north)}>${icon(symbol)}<span>${words}</span></button>`,
      )}
    </div>
    <div class="chips" role="group" aria-label=${t('How far each time')}>
      ${STEPS.map(
        (metres) =>
          html`<button type="button" class="chip" aria-pressed=${metres === step ? 'true' : 'false'} @click=${() => onStep(metres)}>
            ${t('%(metres)s m', { metres })}</button>`,
      )}
    </div>
  </div>`;
}
