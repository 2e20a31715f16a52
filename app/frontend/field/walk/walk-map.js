// The map that one walks with: the place, the route with its stops, findings, and where one stands.

import L from 'leaflet';
import { addContext } from '../../position/context-layers.js';
import { MAP_OPTIONS } from '../../position/map-options.js';
import { t } from '../words/words.js';
import { addBasemap } from './basemap.js';
import { pins } from './pins.js';

/** @typedef {import('../core/types.js').Bundle} Bundle */
/** @typedef {import('../core/types.js').Finding} Finding */
/** @typedef {import('./follow.js').Fix} Fix */

const STREETS = 16;
const OVERVIEW = 12;
/** Where the map begins when nothing else is known: lon, lat.
 * @type {[number, number]} */
const JARVA = [17.92, 59.4];

/** @param {HTMLElement} element
 * @param {Bundle | null} bundle
 * @param {{ onFinding: (finding: Finding) => void, onPress: (place: { lon: number, lat: number }) => void }} told */
export function walkMap(element, bundle, { onFinding, onPress }) {
  const map = L.map(element, { ...MAP_OPTIONS, zoomControl: false });
  // A view before anything else: Leaflet draws lines only once it knows where it is.
  const [lon, lat] = bundle?.site?.centre ?? JARVA;
  map.setView([lat, lon], bundle ? STREETS : OVERVIEW);
  L.control.scale({ imperial: false }).addTo(map);
  L.control.zoom({ position: 'topright', zoomInTitle: t('Zoom in'), zoomOutTitle: t('Zoom out') }).addTo(map);
  let endGround = () => {};
  addBasemap(map, bundle?.basemap).then((end) => {
    endGround = end;
  });
  // The imported water and borders are the ground only where there is no better one.
  if ((bundle?.basemap?.kind ?? 'none') === 'none') addPlain(map, bundle);
  const bounds = addContext(L, map, /** @type {any} */ (parts(bundle)));
  const placed = bounds.isValid();
  if (placed) map.fitBounds(bounds.pad(0.05), { animate: false });

  const shown = pins(map, onFinding);
  map.on('contextmenu', ({ latlng }) => {
    const { lng, lat } = latlng.wrap();
    onPress({ lon: Number(lng.toFixed(6)), lat: Number(lat.toFixed(6)) });
  });

  const ring = L.circle([0, 0], { radius: 0, className: 'accuracy-ring', weight: 1.5, interactive: false });
  const dot = L.circleMarker([0, 0], { radius: 8, weight: 3, className: 'own-position', interactive: false });
  let found = false;

  return {
    /** @param {Finding[]} findings */
    showFindings(findings) {
      shown.show(findings, bundle);
    },
    /** @param {Fix | null} fix */
    showPosition(fix) {
      if (!fix) {
        ring.remove();
        dot.remove();
        return;
      }
      const { lon, lat, accuracy_m } = fix;
      /** @type {[number, number]} */
      const here = [lat, lon];
      ring.setLatLng(here).setRadius(accuracy_m).addTo(map);
      dot.setLatLng(here).addTo(map);
      // Whoever is elsewhere wants to see the place, not where they are; without a place there is only here.
      if (!found && !placed) map.setView(here, STREETS, { animate: false });
      else if (!found && map.getBounds().contains(here))
        map.setView(here, Math.max(map.getZoom(), STREETS), { animate: false });
      found = true;
    },
    /** @param {Fix} fix */
    goTo({ lon, lat }) {
      map.setView([lat, lon], Math.max(map.getZoom(), STREETS + 1));
    },
    /** The element has got another size. */
    fit() {
      map.invalidateSize({ animate: false });
    },
    stop() {
      endGround();
      map.remove();
    },
  };
}

/** @param {import('leaflet').Map} map
 * @param {Bundle | null} bundle */
function addPlain(map, bundle) {
  const { water, boundaries } = bundle?.context ?? {};
  const still = { interactive: false };
  if (water) L.geoJSON(water, { ...still, style: { className: 'plain-water', weight: 1 } }).addTo(map);
  if (boundaries)
    L.geoJSON(boundaries, { ...still, style: { className: 'area-border', weight: 1, dashArray: '4 4' } }).addTo(map);
  for (const { name, lon, lat } of bundle?.places ?? []) {
    const words = document.createElement('span');
    words.textContent = name;
    L.circleMarker([lat, lon], { radius: 2, className: 'place', ...still })
      .bindTooltip(words, { permanent: true, direction: 'right', className: 'place-name' })
      .addTo(map);
  }
}

/** Border, route and stops as GeoJSON.
 * @param {Bundle | null} bundle */
function parts(bundle) {
  const route = bundle?.walk?.route ?? [];
  const stops = bundle?.walk?.stops ?? [];
  return {
    site: bundle?.site?.polygon ?? undefined,
    route: route.length > 1 ? { type: 'LineString', coordinates: route } : undefined,
    stops: {
      type: 'FeatureCollection',
      features: stops.map((/** @type {any} */ { number, name, lon, lat }) => ({
        type: 'Feature',
        properties: { number, title: name },
        geometry: { type: 'Point', coordinates: [lon, lat] },
      })),
    },
  };
}
