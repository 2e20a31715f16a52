// The ground of the map: our own tiles, tiles from a configured address, or the imported water and borders alone.

import L from 'leaflet';
import { MAP_OPTIONS } from '../../position/map-options.js';
import { rules } from './basemap-style.js';

/** @typedef {import('../core/types.js').Basemap} Basemap */
/** @typedef {import('./basemap-style.js').Theme} Theme */

const DARK = '(prefers-color-scheme: dark)';

/** Puts the ground under everything else, and draws it anew when day turns to night.
 * @param {import('leaflet').Map} map
 * @param {Basemap | undefined} basemap
 * @returns {Promise<() => void>} stops listening */
export async function addBasemap(map, basemap) {
  if (basemap?.attribution) {
    L.control.attribution({ prefix: false }).addTo(map).addAttribution(asText(basemap.attribution));
  }
  if (basemap?.kind === 'xyz') {
    L.tileLayer(basemap.url, {
      maxNativeZoom: basemap.maxzoom,
      maxZoom: MAP_OPTIONS.maxZoom,
      className: 'raster-tiles',
    }).addTo(map);
  }
  if (basemap?.kind !== 'pmtiles') return () => {};

  // Leaflet has set window.L, which this one builds on.
  const draw = await import('protomaps-leaflet');
  const source = tileSource(basemap);
  const scheme = matchMedia(DARK);
  const layer = () =>
    draw.leafletLayer({
      url: /** @type {any} */ (source),
      maxDataZoom: basemap.maxzoom,
      attribution: '',
      maxZoom: MAP_OPTIONS.maxZoom,
      ...rules(draw, scheme.matches ? 'dark' : 'light'),
    });
  let shown = layer();
  shown.addTo(map);
  const change = () => {
    shown.remove();
    shown = layer();
    shown.addTo(map);
  };
  scheme.addEventListener('change', change);
  return () => scheme.removeEventListener('change', change);
}

/** Tiles by their address, which the service worker answers from what was taken along; a tile that is nowhere is empty.
 * @param {Basemap} basemap */
function tileSource({ url }) {
  return {
    /** @param {number} z
     * @param {number} x
     * @param {number} y
     * @param {AbortSignal} signal */
    async getZxy(z, x, y, signal) {
      // Exactly the address under which core/take-along.js has kept it.
      const address = url.replace('{z}', `${z}`).replace('{x}', `${x}`).replace('{y}', `${y}`);
      try {
        const answer = await fetch(address, { signal });
        return answer.status === 200 ? { data: await answer.arrayBuffer() } : undefined;
      } catch (error) {
        if (signal?.aborted) throw error;
        return undefined;
      }
    },
  };
}

/** Words of a setting, never markup.
 * @param {string} words */
function asText(words) {
  const span = document.createElement('span');
  span.textContent = words;
  return span.innerHTML;
}
