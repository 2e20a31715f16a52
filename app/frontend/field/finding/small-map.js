// A small map to move the pin on: the site, its route and stops, and the pin. It is made once its element has a size, which Leaflet
// asks for when it begins.

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
  const words = {
    pin: t('Pin. Arrow keys move it one metre, with Shift ten.'),
    zoomIn: t('Zoom in'),
    zoomOut: t('Zoom out'),
  };
  /** @type {ReturnType<typeof pinMap> | null} */
  let map = null;
  /** @type {Pin | null} */
  let waiting = null;
  let shown = '';
  const sizes = new ResizeObserver(() => {
    if (!element.clientHeight) return;
    if (map) {
      map.fit();
      return;
    }
    map = pinMap(L, element, contextOf(bundle), words, onMove);
    if (waiting) map.show(waiting);
    element.scrollIntoView({ block: 'nearest' });
  });
  sizes.observe(element);
  return {
    /** Shows the pin where it stands now; one that stands there already is left alone.
     * @param {Pin} pin */
    show(pin) {
      const here = `${pin.lon}/${pin.lat}/${pin.accuracy}`;
      if (here === shown) return;
      shown = here;
      waiting = pin;
      map?.show(pin);
    },
    stop() {
      sizes.disconnect();
      map?.stop();
    },
  };
}
