// The pins of the site map. Thousands of findings lie on one canvas: each symbol is drawn once and then copied, so
// that a map with 5,000 pins moves on a slow phone too. Symbols and their colours come from the legend beside the
// map; words come with the data and become text nodes, never markup.

/** @typedef {typeof import('leaflet')} Leaflet */
/** @typedef {{ number: string, title: string, status: string, urgent?: boolean }} Finding */
/**
 * @typedef {object} Data
 * @property {[number, number, string][]} places lon, lat, name
 * @property {string | import('geojson').FeatureCollection} findings themselves, or where they are
 * @property {string} findingUrl where one finding is, with {number} in it
 * @property {{ urgent: string, showFinding: string }} words
 * @property {string} legend id of the list whose items carry data-symbol
 * @property {Record<string, { word: string, symbol: string }>} statuses
 */

const RADIUS = 9;
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

/** All findings of a site as one layer on one canvas.
 * @param {import('leaflet').Map} map
 * @param {Data} options */
async function addFindings(map, options) {
  const L = leaflet();
  const data = await load(options.findings);
  let sprites = drawSprites(options.legend);
  // Findings lie above every border, whatever is added later.
  map.createPane('findings').style.zIndex = '450';
  const renderer = L.canvas({ pane: 'findings', tolerance: 6 });

  const PinClass = L.CircleMarker.extend({
    _updatePath() {
      const { _point: point, _renderer: canvas, feature } = this;
      if (!canvas._drawing || this._empty()) return;
      const { status, urgent } = /** @type {Finding} */ (feature.properties);
      const sprite = sprites.get(options.statuses[status]?.symbol ?? '');
      if (sprite) copy(canvas._ctx, sprite, point.x, point.y, RADIUS);
      const badge = urgent && sprites.get('urgent');
      if (badge) copy(canvas._ctx, badge, point.x + 7, point.y - 7, 6);
    },
  });

  const Pin = /** @type {typeof import('leaflet').CircleMarker} */ (/** @type {unknown} */ (PinClass));

  const layer = L.geoJSON(data, {
    pointToLayer(feature, latlng) {
      const pin = new Pin(latlng, { renderer, pane: 'findings', radius: RADIUS });
      pin.feature = feature;
      return pin;
    },
  });
  // One listener on the layer: a popup bound to each of 5,000 pins would cost more than drawing them.
  layer.on('click', ({ latlng, propagatedFrom }) => {
    const { feature } = propagatedFrom;
    const [lon, lat] = feature.geometry.coordinates;
    L.popup()
      .setLatLng([lat ?? latlng.lat, lon ?? latlng.lng])
      .setContent(popup(feature.properties, options))
      .openOn(map);
  });
  layer.addTo(map);

  const recolour = () => {
    sprites = drawSprites(options.legend);
    layer.eachLayer((pin) => /** @type {import('leaflet').CircleMarker} */ (pin).redraw());
  };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', recolour);
  new MutationObserver(recolour).observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return layer;
}

/** @param {Data['findings']} findings
 * @returns {Promise<import('geojson').FeatureCollection>} */
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

/** One small picture per symbol of the legend, in the colours that the page's theme gives it.
 * @param {string} legendId
 * @returns {Map<string, HTMLCanvasElement>} */
function drawSprites(legendId) {
  const sprites = new Map();
  for (const item of document.querySelectorAll(`#${legendId} [data-symbol]`)) {
    const sprite = drawSprite(item);
    if (item instanceof HTMLElement && sprite) sprites.set(item.dataset.symbol, sprite);
  }
  return sprites;
}

/** @param {Element} item */
function drawSprite(item) {
  const circle = item.querySelector('circle');
  const path = item.querySelector('path');
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  if (!circle || !path || !context) return null;
  // Leaflet's canvas has one or two pixels to the point: exactly its size is copied fastest.
  const size = 2 * RADIUS * (devicePixelRatio > 1 ? 2 : 1);
  const scale = size / 24;
  canvas.width = size;
  canvas.height = size;
  context.scale(scale, scale);
  const disc = getComputedStyle(circle);
  const glyph = getComputedStyle(path);
  const hollow = disc.fill !== disc.stroke;
  // A rim of paper keeps neighbours apart.
  fillCircle(context, 12, hollow ? disc.fill : glyph.stroke);
  fillCircle(context, 10.5, disc.stroke);
  if (hollow) fillCircle(context, 8.5, disc.fill);
  context.lineWidth = Number.parseFloat(glyph.strokeWidth);
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.strokeStyle = glyph.stroke;
  context.stroke(new Path2D(path.getAttribute('d') ?? ''));
  return canvas;
}

/** @param {CanvasRenderingContext2D} context
 * @param {number} radius
 * @param {string} colour */
function fillCircle(context, radius, colour) {
  context.beginPath();
  context.arc(12, 12, radius, 0, 2 * Math.PI);
  context.fillStyle = colour;
  context.fill();
}

/** @param {CanvasRenderingContext2D} context
 * @param {HTMLCanvasElement} sprite
 * @param {number} x
 * @param {number} y
 * @param {number} radius */
function copy(context, sprite, x, y, radius) {
  context.drawImage(sprite, x - radius, y - radius, 2 * radius, 2 * radius);
}
