// A walk that nobody planned: which place, which light; then it goes on. The place where one stands is proposed.

import { html, render } from 'lit-html';
import { distance } from '../core/nearby.js';
import { bar } from '../parts/bar.js';
import { icon } from '../shell/icon.js';
import { lights } from '../walk/light.js';
import { t } from '../words/words.js';

/** Whoever stands farther from the middle of a place is hardly there. */
const REACH_M = 2000;

/** @typedef {{ slug: string, name: string, centre?: [number, number] }} Site */

/** The nearest of the sites within reach.
 * @param {Site[]} sites
 * @param {{ longitude: number, latitude: number }} here
 * @returns {Site | undefined} */
export function nearestSite(sites, { longitude, latitude }) {
  /** @param {Site} site */
  const away = ({ centre }) =>
    centre ? distance({ lon: centre[0], lat: centre[1] }, { lon: longitude, lat: latitude }) : Infinity;
  const [nearest] = sites.toSorted((one, other) => away(one) - away(other));
  return nearest && away(nearest) < REACH_M ? nearest : undefined;
}

/** @param {import('../shell/screens.js').ScreenArguments} screen */
export async function show({ root, field, go }) {
  /** @type {Site[]} */
  const sites = (await field.me())?.sites ?? [];

  /** @param {SubmitEvent} event */
  async function start(event) {
    event.preventDefault();
    const data = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const walk = { slug: String(data.get('site')), light: data.get('light') };
    const id = await field.startWalk(walk);
    // The walk begins at once, and takes along by itself what the place holds where there is a network.
    go(`#/walk/${id}`);
  }

  render(sites.length ? form(sites, start) : nowhere(), root);
  navigator.geolocation?.getCurrentPosition(
    ({ coords }) => {
      const select = root.querySelector('select');
      const site = nearestSite(sites, coords);
      // Never over what somebody has chosen meanwhile.
      if (!select || select.value || !site) return;
      select.value = site.slug;
      render(t('Nearest to where you are.'), /** @type {HTMLElement} */ (root.querySelector('#nearest')));
    },
    () => {},
    { maximumAge: 60_000, timeout: 20_000 },
  );
  return () => {};
}

/** @param {Site[]} sites
 * @param {(event: SubmitEvent) => void} start */
function form(sites, start) {
  return html`${bar(t('A walk that nobody planned'))}
  <form id="start-walk" @submit=${start}>
    <label for="site">${t('Where?')}</label>
    <select id="site" name="site" required>
      <option value="">${t('Choose')}</option>
      ${sites.map(({ slug, name }) => html`<option value=${slug}>${name}</option>`)}
    </select>
    <p class="help" role="status" id="nearest"></p>
    <fieldset class="choices">
      <legend>${t('Light')}</legend>
      ${lights().map(
        ([value, symbol, word]) =>
          html`<label><input type="radio" name="light" value=${value} required> ${icon(symbol)} ${word}</label>`,
      )}
    </fieldset>
  </form>
  <div class="screen-actions">
    <button type="submit" form="start-walk" class="main">${icon('footprints')} ${t('Start the walk')}</button>
  </div>`;
}

function nowhere() {
  return html`${bar(t('A walk that nobody planned'))}
    <p>${t('The phone knows no place of yours yet. Open the app once with a network, signed in.')}</p>`;
}
