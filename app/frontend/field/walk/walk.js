// The walk: a map that fills the screen, what was noted, and in thumb reach what one does next.

import { html, nothing, render } from 'lit-html';
import { bar, notice } from '../parts/bar.js';
import { withChecklist } from '../parts/checklist-words.js';
import { keepDrawn } from '../parts/keep-drawn.js';
import { toldLast } from '../parts/told.js';
import { clock } from '../shell/amounts.js';
import { icon } from '../shell/icon.js';
import { takeAlong } from '../take-along/fetch.js';
import { t, tn } from '../words/words.js';
import { findingList } from './finding-list.js';
import { follow } from './follow.js';
import { lightWords } from './light.js';
import { coarse, extend } from './track.js';
import { walkMap } from './walk-map.js';

/** @typedef {import('../core/types.js').Finding} Finding */
/** @typedef {import('../core/types.js').Walk} Walk */
/** @typedef {import('./follow.js').Fix} Fix */

/** How often the track is kept while one walks. */
const TRACK_MS = 60_000;
const EARLIER_SETTLED = ['verified', 'closed', 'wont_fix', 'duplicate'];

/** @param {import('../shell/screens.js').ScreenArguments} screen */
export async function show({ root, field, params, go }) {
  const id = params.id ?? '';
  /** @type {'map' | 'list'} */
  let view = 'map';
  /** @type {Fix | null} */
  let fix = null;
  /** @type {ReturnType<typeof walkMap> | null} */
  let map = null;
  /** @type {{ walk: Walk | undefined, findings: Finding[], progress: any, twins: number }} */
  let now = { walk: undefined, findings: [], progress: null, twins: 0 };
  let tracking = false;
  const told = toldLast();
  let stopped = false;
  /** @type {[number, number][]} */
  let track = [];

  let bundle = await field.bundle(id);
  let words = await withChecklist(field, bundle);

  async function read() {
    const [walks, findings, progress, twins] = await Promise.all([
      field.walks(),
      field.findings(id),
      field.walkProgress(id),
      field.twins(id),
    ]);
    now = {
      walk: walks.find((/** @type {Walk} */ walk) => walk.id === id),
      findings: findings.filter(
        (/** @type {Finding} */ { withdrawn, mine_walk, status }) =>
          !withdrawn && (mine_walk || !EARLIER_SETTLED.includes(status)),
      ),
      progress,
      twins: twins.length,
    };
  }

  async function draw() {
    await read();
    redraw();
  }

  function redraw() {
    // What was read while the screen closed belongs to no map any more.
    if (stopped) return;
    render(page(), root);
    map?.showFindings(now.findings);
  }

  /** @param {Record<string, unknown>} [data] */
  async function note(data = fix ?? {}) {
    const finding = await field.newFinding(id, data);
    go(`#/finding/${finding}`);
  }

  /** Photo first, details later: the photo is kept before anything is asked.
   * @param {Event} event */
  async function photograph(event) {
    const input = /** @type {HTMLInputElement} */ (event.target);
    const files = [...(input.files ?? [])];
    input.value = '';
    if (!files.length) return;
    const finding = await field.newFinding(id, fix ?? {});
    const about = { lon: null, lat: null, accuracy_m: null, ...fix, taken_at: new Date().toISOString() };
    for (const file of files) await field.addPhoto(finding, file, about);
    go(`#/finding/${finding}`);
  }

  /** @param {Finding} finding */
  function look(finding) {
    go(finding.mine_walk ? `#/finding/${finding.id}` : `#/walk/${id}/recheck?finding=${finding.id}`);
  }

  async function begin() {
    if (now.walk) await field.startWalk({ id, slug: now.walk.slug });
  }

  /** @param {'map' | 'list'} wanted */
  function turnTo(wanted) {
    view = wanted;
    redraw();
    map?.fit();
  }

  function turnTracking() {
    tracking = !tracking;
    if (tracking && fix) track = extend(track, coarse(fix.lon, fix.lat));
    else keepTrack();
    redraw();
  }

  async function keepTrack() {
    if (track.length > 1) await field.updateWalk(id, { track });
  }

  function page() {
    const { walk, progress, findings, twins } = now;
    const unchecked = progress?.unchecked ?? 0;
    const planned = walk?.state === 'planned';
    const finished = walk?.state === 'finished';
    return html`<header class="walk-head">
        <h1>${walk?.site ?? t('Walk')}</h1>
        <p class="conditions">
          ${finished ? html`<span class="badge green">${icon('check')} ${t('Finished')}</span>` : html`<time>${clock(new Date())}</time>`}
          ${lightWords(walk?.details?.light ?? walk?.light)}
          <span>${tn('%(n)s finding', '%(n)s findings', progress?.findings ?? 0)}
            ${unchecked ? html` · ${tn('%(n)s left to check', '%(n)s left to check', unchecked)}` : nothing}</span>
        </p>
        <nav class="walk-links" aria-label=${t('This walk')}>
          ${unchecked ? html`<a href="#/walk/${id}/recheck">${icon('clipboard-check')} ${t('Check')}</a>` : nothing}
          <a href="#/walk/${id}/join">${icon('users')} ${t('Invite')}</a>
          ${
            planned
              ? html`<a href="#/walk/${id}/take">${icon('download')} ${t('Take along')}</a>`
              : finished
                ? nothing
                : html`<a href="#/walk/${id}/finish">${icon('flag')} ${t('Finish')}</a>`
          }
        </nav>
        ${
          twins
            ? html`<p><a class="note" href="#/walk/${id}/finish">${icon('copy')}
                ${tn('%(n)s finding may be noted on two phones', '%(n)s findings may be noted on two phones', twins)}</a></p>`
            : nothing
        }
        <p role="status" class="note">${told}</p>
        ${bundle ? nothing : html`<p class="note">${icon('circle-alert')} ${t('Nothing was taken along: the map is empty, but you can note as usual.')}</p>`}
      </header>
      <div class="walk-map" ?hidden=${view !== 'map'} role="group" aria-label=${t('Map')}>
        <div class="canvas"></div>
        ${
          'geolocation' in navigator
            ? html`<button type="button" class="button locate" ?disabled=${fix === null} @click=${() => fix && map?.goTo(fix)}>
                ${icon('locate-fixed', t('Where I am'))}
              </button>`
            : nothing
        }
      </div>
      <section class="walk-list" ?hidden=${view !== 'list'} aria-label=${t('Findings')}>
        ${findingList(findings, words, id)}
        <label class="switch"><input type="checkbox" .checked=${tracking} @change=${turnTracking}>
          ${t('Keep my way, to within ten metres, with the walk')}</label>
      </section>
      <div class="action-bar">
        ${
          planned
            ? html`<button type="button" class="button main large" @click=${begin}>${icon('footprints')} ${t('Start the walk')}</button>`
            : html`${
                finished
                  ? html`<a class="button main large" href="/vandringar/${id}/protokoll">${icon('clipboard-list')} ${t('Protocol')}</a>`
                  : nothing
              }
              <button type="button" class=${finished ? 'button' : 'button main large'} @click=${() => note()}>${icon('plus')} ${finished ? t('Add a finding') : t('New finding')}</button>
              <label class="button square">
                ${icon('camera')}<span class="visually-hidden">${t('Photo first')}</span>
                <input class="visually-hidden" type="file" accept="image/*" capture="environment" @change=${photograph}>
              </label>`
        }
        <button type="button" class="button square" aria-pressed=${view === 'list'}
          @click=${() => turnTo(view === 'list' ? 'map' : 'list')}>
          ${view === 'list' ? icon('map', t('Show the map')) : icon('list', t('Show the list'))}
        </button>
      </div>`;
  }

  await read();
  if (!now.walk) {
    render(
      html`<div class="sheet">${bar(t('Walk'))}${notice('info', t('This walk is not in the phone.'))}</div>`,
      root,
    );
    return () => {};
  }
  redraw();
  const canvas = /** @type {HTMLElement} */ (root.querySelector('.canvas'));

  function makeMap() {
    try {
      const told = { onFinding: look, onPress: (/** @type {object} */ place) => note({ ...place, accuracy_m: null }) };
      map = walkMap(canvas, bundle, told);
      if (fix) map.showPosition(fix);
    } catch (error) {
      console.warn('No map:', error);
      view = 'list';
    }
    redraw();
  }
  makeMap();

  const drawn = keepDrawn(field, draw);
  const stopFollowing = follow((next) => {
    const turned = (fix === null) !== (next === null);
    fix = next;
    map?.showPosition(next);
    if (tracking && next) track = extend(track, coarse(next.lon, next.lat));
    if (turned) redraw();
  });
  const sizes = new ResizeObserver(() => map?.fit());
  sizes.observe(canvas);
  const keeping = setInterval(() => tracking && keepTrack(), TRACK_MS);
  const ticking = setInterval(redraw, 30_000);

  /** What the others have noted since; or all of it, where nothing was taken along. Without a network nothing changes. */
  async function fetchNews() {
    const had = bundle !== null;
    try {
      await (had ? field.refresh(id) : takeAlong(field, id));
    } catch {
      return;
    }
    bundle = await field.bundle(id);
    words = bundle ?? words;
    if (stopped) return;
    if (!had && bundle) {
      map?.stop();
      makeMap();
    }
    await drawn.redraw();
  }
  fetchNews();

  return () => {
    stopped = true;
    drawn.stop();
    stopFollowing();
    sizes.disconnect();
    clearInterval(keeping);
    clearInterval(ticking);
    if (tracking) keepTrack();
    map?.stop();
  };
}
