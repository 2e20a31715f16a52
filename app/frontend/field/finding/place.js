// Where it is: the position in words, its accuracy, and ways to mend it.

import { html } from 'lit-html';
import { ref } from 'lit-html/directives/ref.js';
import { judge } from '../../position/fixes.js';
import { locate } from '../../position/locate.js';
import { notice } from '../parts/bar.js';
import { icon } from '../shell/icon.js';
import { t } from '../words/words.js';
import { nudgePad } from './nudge.js';
import { smallMap } from './small-map.js';

/** @typedef {import('../../position/pin.js').Pin} Pin */

/** @param {any} data of a finding
 * @returns {Pin | null} */
export function pinOf(data) {
  if (data.lon == null || data.lat == null) return null;
  return { lon: data.lon, lat: data.lat, accuracy: data.accuracy_m ?? null };
}

/** @param {Pin | null} pin */
function words(pin) {
  if (!pin) return notice('warning', t('No position. Use yours, tap the map, or describe the place in words below.'));
  const metres = Math.round(pin.accuracy ?? 0);
  switch (judge(pin)) {
    case 'poor':
      return notice(
        'warning',
        t('Uncertain position: within %(metres)s m. Move the pin if it stands wrong. It is saved all the same.', {
          metres,
        }),
      );
    case 'good':
      return html`<p class="position-words">${icon('map-pin')} ${t('Position within %(metres)s m.', { metres })}</p>`;
    default: {
      const [lat, lon] = [pin.lat.toFixed(5), pin.lon.toFixed(5)];
      return html`<p class="position-words">${icon('map-pin')} ${t('Pin set by hand: %(lat)s, %(lon)s.', { lat, lon })}</p>`;
    }
  }
}

/** @param {{ bundle: () => any, onPin: (pin: Pin) => void, changed: () => unknown }} place */
export function placePart({ bundle, onPin, changed }) {
  let step = 5;
  let open = false;
  /** @type {'searching' | 'denied' | 'unavailable' | null} */
  let search = null;
  /** @type {(() => void) | null} */
  let stopSearch = null;
  /** @type {ReturnType<typeof smallMap> | null} */
  let map = null;
  /** @type {Pin | null} */
  let pin = null;

  function useMine() {
    stopSearch?.();
    search = 'searching';
    changed();
    stopSearch = locate({
      onFix: onPin,
      onEnd: (failure) => {
        search = failure;
        stopSearch = null;
        changed();
      },
    });
  }

  /** @param {Pin} moved */
  function byHand(moved) {
    // A fix that comes after a hand has set the pin must not move it again.
    stopSearch?.();
    onPin(moved);
  }

  /** @param {Element | undefined} element */
  function mapElement(element) {
    map?.stop();
    map = element instanceof HTMLElement ? smallMap(element, bundle(), byHand) : null;
    if (pin) map?.show(pin);
  }

  function toggle() {
    open = !open;
    changed();
  }

  function searchWords() {
    if (search === 'searching') return t('Looking for your position …');
    if (search === 'denied')
      return t('The phone does not give out its position. Tap the map or describe the place in words.');
    if (search === 'unavailable') return t('No position right now. Tap the map or describe the place in words.');
    return '';
  }

  return {
    /** @param {any} data of the finding */
    view(data) {
      pin = pinOf(data);
      if (pin) map?.show(pin);
      return html`<section aria-labelledby="where">
        <h2 id="where">${t('Where is it?')}</h2>
        ${words(pin)}
        <p class="help" role="status">${searchWords()}</p>
        <div class="row">
          <button type="button" @click=${useMine}>${icon('locate-fixed')} ${t('Use my position')}</button>
          <button type="button" aria-expanded=${open ? 'true' : 'false'} @click=${toggle}>${icon('map')} ${t('Move the pin')}</button>
        </div>
        ${
          open
            ? html`<div class="small-map" role="region" aria-label=${t('Map: tap to set the pin')} ${ref(mapElement)}></div>
              ${pin ? nudgePad(pin, step, { onMove: byHand, onStep: setStep }) : ''}`
            : ''
        }
      </section>`;
    },
    stop() {
      stopSearch?.();
    },
  };

  /** @param {number} metres */
  function setStep(metres) {
    step = metres;
    changed();
  }
}
