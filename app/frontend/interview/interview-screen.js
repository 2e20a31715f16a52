// The screens in the hands of whoever is asked: what it is about, the questions, the end.

import { html, nothing } from 'lit-html';
import { icon } from '../field/shell/icon.js';
import { t } from '../field/words/words.js';
import { said } from './core/definition.js';
import { question } from './question.js';
import { directionOf, nameOf, speaking, tagOf } from './words.js';

/** @typedef {import('./asking.js').Step} Step */
/** @typedef {ReturnType<typeof import('./asking.js').makeAsking>} Asking */

/** @param {Asking} asking
 * @param {{ changed: () => void, end: () => void, leave: () => void, staff: string, here: (() => Promise<string>) | null,
 *   trouble: unknown }} world staff: the language of the interviewer */
export function interview(asking, world) {
  const step = asking.step();
  const { draft, pages, index } = step;
  const r = speaking(draft.language);
  const act = (/** @type {() => unknown} */ action) => () => {
    action();
    world.changed();
  };
  const progress = index >= 0 ? r('Page %(step)s of %(steps)s', { step: index + 1, steps: pages.length + 1 }) : '';
  return html`<header class="top-line">
      <button type="button" class="quiet" lang=${world.staff} @click=${world.leave}>${icon('x')} ${t('Cancel')}</button>
      <span class="space"></span>
      ${languages(step, asking, world.changed)}
    </header>
    <main id="main" tabindex="-1"><div class="screen asking">
      ${index >= 0 ? html`<progress max=${pages.length + 1} value=${index + 1} aria-hidden="true"></progress><p class="hint">${progress}</p>` : nothing}
      ${world.trouble}
      ${index < 0 ? opening(step, (code) => act(() => asking.speak(code))) : index < pages.length ? question(step, asking, world.changed, world) : ending(r)}
    </div></main>
    <footer class="ways">
      ${index >= 0 ? html`<button type="button" class="quiet" @click=${act(() => asking.back())}>${r('Back')}</button>` : nothing}
      ${onward(step, asking, act, world)}
    </footer>`;
}

/** @param {Step} step
 * @param {Asking} asking
 * @param {() => void} changed */
function languages({ draft, index }, asking, changed) {
  const codes = draft.wave.definition.languages;
  if (codes.length < 2 || index < 0) return nothing;
  const choose = (/** @type {Event} */ event) => {
    asking.speak(/** @type {HTMLSelectElement} */ (event.target).value);
    changed();
  };
  return html`<select class="languages" aria-label=${speaking(draft.language)('Language')} @change=${choose}>
    ${codes.map((code) => html`<option value=${code} lang=${tagOf(code)} .selected=${code === draft.language}>${nameOf(code)}</option>`)}
  </select>`;
}

/** What it is about, and which language.
 * @param {Step} step
 * @param {(code: string) => () => void} speak */
function opening({ draft }, speak) {
  const r = speaking(draft.language);
  const { definition, site } = draft.wave;
  const title = said(definition.title, definition, draft.language);
  return html`<h1 id="question" tabindex="-1" lang=${tagOf(title?.language ?? draft.language)}>${title?.words}</h1>
    <p class="lead">${site}</p>
    <div class="tongues" role="group" aria-label=${r('Language')}>
      ${definition.languages.map(
        (
          code,
        ) => html`<button type="button" lang=${tagOf(code)} dir=${directionOf(code)} aria-pressed=${code === draft.language}
          @click=${speak(code)}>${nameOf(code)}</button>`,
      )}
    </div>
    <h2>${r('Who asks, and why?')}</h2>
    <p>${r('The city district, the police and property owners work together at this place. They ask those who live, work or spend time here, to see what has to be done next and whether what they did has helped.')}</p>
    <h2>${r('Who sees what you answer?')}</h2>
    <p>${r('We do not ask for your name, and we do not keep from which phone or computer you answer. Staff who work with the questionnaire see the answers without knowing whose they are. Everybody else sees figures, and never figures about so few people that somebody could be recognised.')}</p>
    <p><strong>${lasts(r, draft.wave.minutes)}</strong> ${r('You may skip questions that you do not want to answer.')}</p>`;
}

/** How long it takes, in steps of five minutes (app/resident_words.py).
 * @param {import('./words.js').Speak} r
 * @param {number} minutes */
function lasts(r, minutes) {
  if (minutes >= 18) return r('It takes 20 minutes or more.');
  if (minutes >= 13) return r('It takes about 15 minutes.');
  return minutes >= 8 ? r('It takes about 10 minutes.') : r('It takes about 5 minutes.');
}

/** @param {import('./words.js').Speak} r */
function ending(r) {
  return html`<h1 id="question" tabindex="-1">${r('Send your answers')}</h1>
    <p>${r('That was the last question. If you want to change something, press Back.')}</p>`;
}

/** The way on: to begin, to go on, to leave a question out, to finish.
 * @param {Step} step
 * @param {Asking} asking
 * @param {(action: () => unknown) => () => void} act
 * @param {{ end: () => void }} world */
function onward({ draft, page, pages, index, filling, typed }, asking, act, world) {
  const r = speaking(draft.language);
  if (index < 0)
    return html`<button type="button" class="main" @click=${act(() => asking.next())}>${r('Begin')}</button>`;
  if (index >= pages.length) return html`<button type="button" class="main" @click=${world.end}>${r('Send')}</button>`;
  if (page?.shows === 'more') {
    return html`<button type="button" @click=${act(() => asking.more())}>${r('Add another')}</button>
      <button type="button" class="main" @click=${act(() => asking.next())}>${r('Next')}</button>`;
  }
  const empty = page?.shows === 'question' && draft.answers[page.key] === undefined && typed === '';
  if (empty && page.question && !filling.required(page.question, page.key)) {
    return html`<button type="button" @click=${act(() => asking.skip())}>${r('Skip this question')}</button>`;
  }
  return html`<button type="button" class="main" @click=${act(() => asking.next())}>${r('Next')}</button>`;
}

/** What is shown when it is over: thanks, and that the phone goes back.
 * @param {string} language
 * @param {{ staff: string, waiting: string, again: () => void, home: () => void }} world */
export function thanks(language, { staff, waiting, again, home }) {
  const r = speaking(language);
  return html`<header class="top-line"><span class="product">Platskollen</span></header>
    <main id="main" tabindex="-1"><div class="screen asking">
      <div lang=${tagOf(language)} dir=${directionOf(language)}>
        <h1 id="question" tabindex="-1">${icon('circle-check')} ${r('Thank you for your answers')}</h1>
        <p>${r('Give the phone back to whoever asked you.')}</p>
      </div>
      <p class="saved" role="status" lang=${staff} dir="ltr">${waiting}</p>
    </div></main>
    <footer class="ways" lang=${staff} dir="ltr">
      <button type="button" class="quiet" @click=${home}>${t('To the start')}</button>
      <button type="button" class="main" @click=${again}>${t('Next interview')}</button>
    </footer>`;
}
