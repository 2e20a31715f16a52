// How the basemap's one layer is drawn, by day and by night: quiet, so that findings stand out. No DOM.

/** @typedef {'light' | 'dark'} Theme */
/** @typedef {Record<string, string>} Colours */

/** @type {Record<Theme, Colours>} */
export const COLOURS = {
  light: {
    ground: '#f1ebdf',
    green: '#dfe8d3',
    water: '#c4dbe6',
    square: '#e9e0cf',
    building: '#ddd3c1',
    edge: '#cabfa9',
    major: '#ffffff',
    road: '#ffffff',
    street: '#fffdf8',
    path: '#a8977c',
    tunnel: '#9d8bb8',
    railway: '#a09a8c',
    lamp: '#c28a00',
    stop: '#1b4f8f',
    text: '#3d4541',
    halo: '#faf6ee',
  },
  dark: {
    ground: '#171a19',
    green: '#1b2620',
    water: '#14262f',
    square: '#212523',
    building: '#272c2a',
    edge: '#353b38',
    major: '#4a514e',
    road: '#3f4643',
    street: '#363d3a',
    path: '#6d675a',
    tunnel: '#7d6b9c',
    railway: '#565b58',
    lamp: '#c9a04a',
    stop: '#7fa9d8',
    text: '#aab2ad',
    halo: '#121413',
  },
};

/** Widths in pixels at zoom 15; each zoom closer widens them. */
const WIDTH = { major: 7, road: 5.5, street: 4 };

/** Rules for protomaps-leaflet, whose classes come in as `draw`.
 * @param {typeof import('protomaps-leaflet')} draw
 * @param {Theme} theme */
export function rules(draw, theme) {
  const colour = COLOURS[theme];
  const { PolygonSymbolizer, LineSymbolizer, CircleSymbolizer, CenteredTextSymbolizer, LineLabelSymbolizer } = draw;
  const dataLayer = 'basemap';
  /** @param {string} kind */
  const of = (kind) => (/** @type {number} */ _zoom, /** @type {any} */ feature) => feature.props.kind === kind;
  /** @param {string} kind
   * @param {string} [stroke] */
  const area = (kind, stroke) => ({
    dataLayer,
    filter: of(kind),
    symbolizer: new PolygonSymbolizer({ fill: colour[kind], stroke: stroke ?? colour[kind], width: stroke ? 1 : 0 }),
  });
  /** @param {string} kind
   * @param {object} options */
  const line = (kind, options) => ({
    dataLayer,
    filter: of(kind),
    symbolizer: new LineSymbolizer({ color: colour[kind], lineCap: 'round', lineJoin: 'round', ...options }),
  });
  /** @param {number} width */
  const wide = (width) => (/** @type {number} */ zoom) => Math.max(1, width * 1.6 ** (zoom - 15));
  /** @param {string} kind
   * @param {number} radius
   * @param {number} minzoom */
  const dot = (kind, radius, minzoom) => ({
    dataLayer,
    minzoom,
    filter: of(kind),
    symbolizer: new CircleSymbolizer({ radius, fill: colour[kind], stroke: colour.halo, width: 1 }),
  });
  const text = { labelProps: ['name'], fill: colour.text, stroke: colour.halo, width: 2.5 };
  const paint = [
    area('green'),
    area('water'),
    line('stream', { color: colour.water, width: 2 }),
    area('square'),
    area('building', colour.edge),
    line('tunnel', { width: 3, dash: [4, 3] }),
    line('path', { width: 1.2, dash: [3, 2] }),
    line('steps', { color: colour.path, width: 3, dash: [1, 2], lineCap: 'butt' }),
    ...Object.entries(WIDTH)
      .reverse()
      .flatMap(([kind, width]) => [
        line(kind, { color: colour.edge, width: (/** @type {number} */ zoom) => wide(width)(zoom) + 1.5 }),
        line(kind, { width: wide(width) }),
      ]),
    line('railway', { width: 2, dash: [6, 4] }),
    dot('lamp', 2, 16),
    dot('stop', 4, 15),
  ];
  const label = [
    {
      dataLayer,
      filter: of('place'),
      symbolizer: new CenteredTextSymbolizer({ ...text, font: '600 14px system-ui, sans-serif' }),
    },
    {
      dataLayer,
      minzoom: 15,
      filter: (/** @type {number} */ _zoom, /** @type {any} */ { props }) =>
        props.kind in WIDTH || props.kind === 'path',
      symbolizer: new LineLabelSymbolizer({ ...text, font: '12px system-ui, sans-serif' }),
    },
    {
      dataLayer,
      minzoom: 16,
      filter: (/** @type {number} */ _zoom, /** @type {any} */ { props }) =>
        ['square', 'green', 'stop'].includes(props.kind),
      symbolizer: new CenteredTextSymbolizer({ ...text, font: '12px system-ui, sans-serif' }),
    },
  ];
  return { paintRules: paint, labelRules: label, backgroundColor: colour.ground };
}
