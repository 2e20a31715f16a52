// Bundles this folder into app/static/build with names that carry a hash of the content.
//
// Every .js and .css file directly in this folder is an entry; what they import lies in the folders below. Scripts
// are modules, except Leaflet, which folium and our own maps expect as a classic script that sets window.L.
// The field app is cut into pieces that its service worker keeps; manifest.json names them under `field`, and maps each
// entry to its file. Beside every text file stands the same one compressed (.br, .gz),
// because nothing in front of the application can be relied on to do it.

import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import esbuild from 'esbuild';
import { keyOf } from './field/words/key-of.js';
import { icons } from './icons.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const target = join(root, 'app', 'static', 'build');
// Built elsewhere and moved there whole, so that a running server never sees half a build.
const out = join(root, 'node_modules', '.build');

/** @type {Record<string, string>} */
const manifest = {};
/** @type {string[]} */
let field = [];

/** Writes a file under a name with its hash, and notes it in the manifest.
 * @param {string} name
 * @param {string | Buffer} content */
async function writeHashed(name, content) {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 8).toUpperCase();
  const [stem, extension] = name.split('.');
  manifest[name] = `${stem}-${hash}.${extension}`;
  await writeFile(join(out, manifest[name]), content);
}

async function sprite() {
  const symbols = icons.map(async (name) => {
    const svg = await readFile(join(root, 'node_modules', 'lucide-static', 'icons', `${name}.svg`), 'utf8');
    const shapes = svg.slice(svg.indexOf('>', svg.indexOf('<svg')) + 1, svg.lastIndexOf('</svg>'));
    const stroke = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"';
    return `<symbol id="${name}" viewBox="0 0 24 24" ${stroke}>${shapes.replace(/\s+/g, ' ').trim()}</symbol>`;
  });
  const all = (await Promise.all(symbols)).join('');
  return `<!-- Lucide, ISC --><svg xmlns="http://www.w3.org/2000/svg">${all}</svg>`;
}

/** @param {Record<string, unknown>} words by sentence */
function keyed(words) {
  const found = Object.fromEntries(Object.entries(words).map(([id, said]) => [keyOf(id), said]));
  if (Object.keys(found).length < Object.keys(words).length) throw new Error('Two sentences have one key');
  return found;
}

/** `import words from 'words:sv'`: what tools/field_words.py read from the catalogue.
 * @type {import('esbuild').Plugin} */
const words = {
  name: 'words',
  setup(build) {
    build.onResolve({ filter: /^words:/ }, ({ path }) => ({ path: path.slice('words:'.length), namespace: 'words' }));
    build.onLoad({ filter: /./, namespace: 'words' }, async ({ path }) => {
      const read = JSON.parse(await readFile(join(root, 'node_modules', '.words', `${path}.json`), 'utf8'));
      const inLanguages = path === 'residents';
      const all = inLanguages
        ? Object.fromEntries(Object.entries(read).map(([language, said]) => [language, keyed(said)]))
        : keyed(read);
      return { contents: JSON.stringify(all), loader: 'json' };
    });
  },
};

/** What packages bring along that we do not use, or that every browser of ours can do by itself. The basemap's renderer
 * comes from its sources, without its own styles and its reader of whole files: 16 kB gzipped instead of 37.
 * @type {Record<string, string>} */
const lighter = {
  'protomaps-leaflet': `export * from './frontends/leaflet'; export * from './symbolizer';`,
  '../default_style/style': 'export const labelRules = null, paintRules = null;',
  '@protomaps/basemaps': 'export const namedFlavor = null;',
  pmtiles: 'export class PMTiles {}',
  // tus-js-client: core/uploading.js gives it a reader and a way to send of ours, and keeps its addresses itself.
  './fileReader.js': 'export default class {}',
  './httpStack.js': 'export default class {}',
  './urlStorage.js': 'export const canStoreURLs = false; export class WebStorageUrlStorage {}',
  'url-parse': 'export default URL;',
  'js-base64': `export const Base64 = {
    encode: (text) => btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('')),
  };`,
};

/** @type {import('esbuild').Plugin} */
const light = {
  name: 'light',
  setup(build) {
    build.onResolve({ filter: /./ }, ({ path }) => (path in lighter ? { path, namespace: 'light' } : undefined));
    build.onLoad({ filter: /./, namespace: 'light' }, ({ path }) => ({
      contents: lighter[path],
      resolveDir: join(root, 'node_modules', 'protomaps-leaflet', 'src'),
    }));
  },
};

/** Templates as one writes them hold an eighth of white space, which esbuild leaves alone and no screen shows.
 * @type {import('esbuild').Plugin} */
const unindented = {
  name: 'unindented',
  setup(build) {
    build.onLoad({ filter: /frontend\/(field|interview)\/.*\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(/\n\s+/g, '\n'),
    }));
  },
};

/** @param {string[]} entries
 * @param {import('esbuild').BuildOptions} options
 * @returns {Promise<string[]>} the scripts and sheets that came out */
async function bundle(entries, options) {
  const result = await esbuild.build({
    absWorkingDir: here,
    entryPoints: entries,
    outdir: out,
    entryNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    bundle: true,
    minify: true,
    ...options,
    target: ['chrome111', 'firefox115', 'safari16.4'],
    loader: { '.png': 'file' },
    legalComments: 'linked',
    metafile: true,
    logLevel: 'warning',
  });
  for (const [file, { entryPoint }] of Object.entries(result.metafile.outputs)) {
    // Pieces loaded later have an entry point too: the package they begin with, or a script in a folder.
    if (entryPoint && entries.includes(entryPoint)) manifest[entryPoint] = basename(file);
  }
  return Object.keys(result.metafile.outputs)
    .map((file) => basename(file))
    .filter((name) => /\.(js|css)$/.test(name));
}

async function compress() {
  for (const name of await readdir(out)) {
    if (!/\.(js|css|svg)$/.test(name)) continue;
    const content = await readFile(join(out, name));
    await writeFile(join(out, `${name}.gz`), gzipSync(content, { level: 9 }));
    await writeFile(join(out, `${name}.br`), brotliCompressSync(content));
  }
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await mkdir(dirname(target), { recursive: true });
const entries = (await readdir(here)).filter((name) => /\.(js|css)$/.test(name)).sort();
const classic = ['leaflet.js', 'field-worker.js'];
const apps = ['field.js', 'interview.js'];
await bundle(
  entries.filter((name) => !classic.includes(name) && !apps.includes(name)),
  { format: 'esm' },
);
await bundle(
  entries.filter((name) => classic.includes(name)),
  { format: 'iife' },
);
if (entries.includes('field.js')) {
  field = await bundle(['field.js'], {
    format: 'esm',
    splitting: true,
    chunkNames: '[name]-[hash]',
    plugins: [words, light, unindented],
  });
}
// Of one piece, since whoever is asked opens it once; it shares nothing with the field app but its sources.
if (entries.includes('interview.js')) {
  await bundle(['interview.js'], { format: 'esm', plugins: [words, unindented] });
}
await writeHashed('icons.svg', await sprite());
await writeHashed('mark.svg', await readFile(join(here, 'mark.svg'), 'utf8'));
for (const name of ['icon-192.png', 'icon-512.png', 'icon-maskable.png']) {
  await writeHashed(name, await readFile(join(root, 'node_modules', '.icons', name)));
}
await compress();
await writeFile(join(out, 'manifest.json'), `${JSON.stringify({ files: manifest, field, icons }, null, 1)}\n`);
await rm(target, { recursive: true, force: true });
await rename(out, target);
