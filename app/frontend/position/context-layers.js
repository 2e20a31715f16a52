// What the map shows around the pin, from the page's own GeoJSON: no tiles, no other host.

/** @typedef {import('./load-leaflet.js').Leaflet} Leaflet */
/** @typedef {import('geojson').GeoJsonObject} GeoJson */
/** @typedef {{ site?: GeoJson, areas?: GeoJson, route?: GeoJson, stops?: GeoJson, earlier?: GeoJson, today?: GeoJson }} MapContext */

/** @param {Leaflet} L
 * @param {string} className */
function dots(L, className) {
  return {
    /** @param {unknown} _feature
     * @param {import('leaflet').LatLng} at */
    pointToLayer: (_feature, at) => L.circleMarker(at, { radius: 6, weight: 2.5, className }),
    onEachFeature: titled,
  };
}

/** @param {import('geojson').Feature} feature
 * @param {import('leaflet').Layer} layer */
function titled(feature, layer) {
  const title = feature.properties?.title;
  if (!title) return;
  // As text, never as HTML: titles are typed by people.
  const words = document.createElement('span');
  words.textContent = String(title);
  layer.bindTooltip(words);
}

/** @param {Leaflet} L
 * @param {import('geojson').Feature} feature
 * @param {import('leaflet').LatLng} at */
function stop(L, feature, at) {
  const label = document.createElement('span');
  label.textContent = String(feature.properties?.number ?? '');
  const icon = L.divIcon({ className: 'stop', html: label, iconSize: [24, 24] });
  return L.marker(at, { icon, interactive: Boolean(feature.properties?.title), keyboard: false });
}

/** Adds every part that the context has, and returns the bounds of the site (or of everything).
 * @param {Leaflet} L
 * @param {import('leaflet').Map} map
 * @param {MapContext} context */
export function addContext(L, map, context) {
  const still = { interactive: false };
  /** @type {[GeoJson | undefined, import('leaflet').GeoJSONOptions][]} */
  const parts = [
    [context.areas, { ...still, style: { className: 'area-border', weight: 1, dashArray: '4 4' } }],
    [context.site, { ...still, style: { className: 'site-border', weight: 2 } }],
    [context.route, { ...still, style: { className: 'walk-route', weight: 3, dashArray: '1 7' } }],
    [context.stops, { pointToLayer: (feature, at) => stop(L, feature, at), onEachFeature: titled }],
    [context.earlier, dots(L, 'earlier-finding')],
    [context.today, dots(L, 'todays-finding')],
  ];
  // A pin set far away by mistake must not make the place itself a dot.
  const place = context.site ? [context.site, context.route, context.stops] : parts.map(([part]) => part);
  const bounds = L.latLngBounds([]);
  for (const [part, options] of parts) {
    if (!part) continue;
    const layer = L.geoJSON(part, options).addTo(map);
    if (part !== context.areas && place.includes(part)) bounds.extend(layer.getBounds());
  }
  return bounds;
}
