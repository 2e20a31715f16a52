// The pins of the site map. Thousands of findings lie on one canvas: each symbol is drawn once and then copied, so
// that a map with 5,000 pins moves on a slow phone too. Symbols and their colours come from the legend beside the
// map; words come with the data and become text nodes, never markup.

import { pinLayer } from './site-map/pin-layer.js';
import { copy, drawSprites, RADIUS } from './site-map/sprites.js';

/** @typedef {typeof import('leaflet')} Leaflet */
/** @typedef {{ number: string, title: string, status: string, urgent?: boolean }} Finding */
/**
 * @typedef {object} Data
 * @property {[number, number, string][]} places lon, lat, name
 * @property {string | { features: Feature[] }} findings themselves, or where they are
 * @property {string} findingUrl where one finding is, with {number} in it
 * @property {{ urgent: string, showFinding: string }} words
 * @property {string} legend id of the list whose items carry data-symbol
 * @property {Record<string, { word: string, symbol: string }>} statuses
 */

/** Fingers are less exact than a mouse. */
const TOLERANCE = 6;
const NAMES_FROM_ZOOM = 15;

/** @returns {Leaflet} */
const leaflet = () => /** @type {{ L: Leaflet }} */ (/** @type {unknown} */ (globalThis)).L;

/** Puts names and findings on a map, from the JSON in an element of the page.
 * @param {import('leaflet').Map} map
 * @param {string} dataId */
export function addPins(map, dataId) {
  const data = /** @type {Data} */ (JSON.parse(document.getElementById(dataId)?.textContent ?? ''));
  addPlaces(map, data.places);
  return addFindings(map, data);
}

/** Names of places, shown when the map is close enough to have room for them.
 * @param {import('leaflet').Map} map
 * @param {Data['places']} places */
function addPlaces(map, places) {
  const L = leaflet();
  // Under the findings, which must get every tap.
  map.createPane('places').style.zIndex = '440';
  const names = L.layerGroup(
    places.map(([lon, lat, name]) => {
      const label = document.createElement('span');
      label.textContent = name;
      return L.circleMarker([lat, lon], {
        radius: 2,
        interactive: false,
        className: 'place',
        pane: 'places',
      }).bindTooltip(label, {
        permanent: true,
        direction: 'right',
        className: 'place-name',
        pane: 'places',
      });
    }),
  );
  const show = () => (map.getZoom() >= NAMES_FROM_ZOOM ? names.addTo(map) : names.remove());
  map.on('zoomend', show);
  show();
}

/** All findings of a site on one canvas.
 * @param {import('leaflet').Map} map
 * @param {Data} options */
async function addFindings(map, options) {
  const L = leaflet();
  const { features } = await load(options.findings);
  let sprites = drawSprites(options.legend);
  // Findings lie above every border, whatever is added later.
  map.createPane('findings').style.zIndex = '450';

  const places = features.map(({ geometry }) => geometry.coordinates);
  const pins = pinLayer(L, places, 'findings', (context, index, x, y) => {
    const { status, urgent } = features[index]?.properties ?? {};
    const sprite = sprites.get(options.statuses[status ?? '']?.symbol ?? '');
    if (sprite) copy(context, sprite, x, y, RADIUS);
    const badge = urgent && sprites.get('urgent');
    if (badge) copy(context, badge, x + 7, y - 7, 6);
  });
  pins.addTo(map);

  map.on('click', ({ layerPoint }) => {
    const feature = features[pins.nearest(layerPoint, RADIUS + TOLERANCE)];
    if (!feature) return;
    const [lon, lat] = feature.geometry.coordinates;
    L.popup().setLatLng([lat, lon]).setContent(popup(feature.properties, options)).openOn(map);
  });
  map.on('mousemove', ({ layerPoint }) => {
    map.getContainer().classList.toggle('over-pin', pins.nearest(layerPoint, RADIUS) >= 0);
  });

  const recolour = () => {
    sprites = drawSprites(options.legend);
    pins.redraw();
  };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', recolour);
  new MutationObserver(recolour).observe(document.documentElement, { attributeFilter: ['data-theme'] });
}

/** @typedef {{ geometry: { coordinates: [number, number] }, properties: Finding }} Feature */

/** @param {Data['findings']} findings
 * @returns {Promise<{ features: Feature[] }>} */
async function load(findings) {
  if (typeof findings !== 'string') return findings;
  const answer = await fetch(findings, { headers: { accept: 'application/geo+json, application/json' } });
  if (!answer.ok) throw new Error(`findings: ${answer.status}`);
  return answer.json();
}

/** @param {Finding} finding
 * @param {Data} options */
function popup(finding, { findingUrl, words, statuses }) {
  const box = document.createElement('div');
  /** @param {string} tag
   * @param {string} text */
  const add = (tag, text) => {
    const line = document.createElement(tag);
    line.textContent = text;
    box.append(line);
    return line;
  };
  add('strong', `${finding.number} ${finding.title}`);
  const status = statuses[finding.status]?.word ?? '';
  add('p', finding.urgent ? `${words.urgent} · ${status}` : status);
  const link = /** @type {HTMLAnchorElement} */ (add('a', words.showFinding));
  link.href = findingUrl.replace('{number}', encodeURIComponent(finding.number));
  return box;
}
