// A walk that nobody planned: which place, which light; then it goes on.

import { html, render } from 'lit-html';
import { bar } from '../parts/bar.js';
import { icon } from '../shell/icon.js';
import { lights } from '../walk/light.js';
import { t } from '../words/words.js';

/** @param {import('../shell/screens.js').ScreenArguments} screen */
export async function show({ root, field, go }) {
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
  return () => {};
}

/** @param {{ slug: string, name: string }[]} sites
 * @param {(event: SubmitEvent) => void} start */
function form(sites, start) {
  return html`${bar(t('A walk that nobody planned'))}
  <form id="start-walk" @submit=${start}>
    <label for="site">${t('Where?')}</label>
    <select id="site" name="site" required>
      ${sites.map(({ slug, name }) => html`<option value=${slug}>${name}</option>`)}
    </select>
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
