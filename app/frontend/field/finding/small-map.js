// A small map to move the pin on: the site, its route and stops, and the pin. It is made when it is opened.

import L from 'leaflet';
import { pinMap } from '../../position/pin-map.js';
import { t } from '../words/words.js';

/** @typedef {import('../../position/pin.js').Pin} Pin */

/** The bundle's parts as GeoJSON.
 * @param {any} bundle
 * @returns {import('../../position/context-layers.js').MapContext} */
function contextOf(bundle) {
  const route = bundle?.walk?.route;
  const stops = bundle?.walk?.stops ?? [];
  return {
    site: bundle?.site?.polygon ?? undefined,
    route: route?.length > 1 ? /** @type {any} */ ({ type: 'LineString', coordinates: route }) : undefined,
    stops: /** @type {any} */ ({
      type: 'FeatureCollection',
      features: stops.map((/** @type {any} */ { number, name, lon, lat }) => ({
        type: 'Feature',
        properties: { number, title: name },
        geometry: { type: 'Point', coordinates: [lon, lat] },
      })),
    }),
  };
}

/** @param {HTMLElement} element
 * @param {any} bundle
 * @param {(pin: Pin) => void} onMove */
export function smallMap(element, bundle, onMove) {
  const words = { pin: t('Pin. Arrow keys move it one metre, with Shift ten.') };
  const map = pinMap(L, element, contextOf(bundle), words, onMove);
  let shown = '';
  return {
    /** Shows the pin where it stands now; one that stands there already is left alone.
     * @param {Pin} pin */
    show(pin) {
      const here = `${pin.lon}/${pin.lat}/${pin.accuracy}`;
      if (here === shown) return;
      shown = here;
      map.show(pin);
    },
  };
}
