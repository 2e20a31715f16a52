// The frame of every screen: where one is at the top, and at the bottom, always, whether everything is sent.

import { html, nothing, render } from 'lit-html';
import { t } from '../words/words.js';
import { fault } from './fault.js';
import { icon } from './icon.js';
import { choose, other, speak } from './language.js';
import { findPlace, isAside, parentOf } from './router.js';
import { screens } from './screens.js';
import { statusLine } from './status-line.js';

/** @typedef {import('./router.js').Place} Place */

/** Draws the frame and shows the screen that the address asks for.
 * @param {HTMLElement} element
 * @param {any} field */
export function frame(element, field) {
  let newVersion = false;
  /** @type {Place} */
  let place = findPlace(location.hash);
  /** @type {HTMLElement | undefined} */
  let root;
  let stop = () => {};
  let turn = 0;
  let full = false;
  /** The addresses on the way here. Whoever goes back to the one before has not gone on. @type {string[]} */
  const trail = [];

  /** @param {string} hash */
  const go = (hash) => {
    if (location.hash === hash) open();
    else location.hash = hash;
  };

  async function open() {
    const mine = ++turn;
    stop();
    stop = () => {};
    const here = location.hash || '#/';
    const moved = trail.length > 0;
    place = findPlace(here);
    if (here === trail.at(-2)) trail.pop();
    else if (here !== trail.at(-1)) trail.push(here);
    await draw();
    if (mine !== turn) return;
    // A fresh element each time: a screen that answers late draws where nobody looks.
    const next = document.createElement('div');
    next.className = `screen ${place.screen}`;
    root?.replaceChildren(next);
    try {
      const known = screens[place.screen];
      const screen = typeof known === 'function' ? await known() : known;
      if (mine !== turn || !screen) return;
      const ended = await screen.show({ root: next, field, params: place.params, go, t });
      if (mine === turn) stop = ended;
      else ended();
    } catch (error) {
      console.error(error);
      if (mine === turn) render(fault(error, open), next);
    }
    // Whoever listens hears where they are now; a screen that has put the focus itself keeps it.
    if (mine === turn && moved && !root?.contains(document.activeElement)) root?.focus({ preventScroll: true });
    // For the benchmark: from here on somebody can see and use it.
    if (!moved) requestAnimationFrame(() => performance.mark('usable'));
  }

  async function draw() {
    const [summary, me] = await Promise.all([field.summary(), field.me()]);
    const status = field.status();
    const line = statusLine(summary, status, new Date());
    // A screen that says it itself says it once.
    const signIn = me === null ? place.screen !== 'join' : status.phase === 'signed-out';
    const language = other();
    render(
      html`<header class="top-line">
          ${
            place.screen === 'today'
              ? html`<span class="product">Platskollen</span>`
              : html`<button type="button" class="quiet" @click=${back}>${icon('arrow-left')} ${t('Back')}</button>`
          }
          <span class="space"></span>
          ${
            place.screen === 'today'
              ? html`<button type="button" class="quiet" lang=${language.code} @click=${() => change(language.code)}>
                  ${language.name}
                </button>`
              : nothing
          }
        </header>
        <main id="main" tabindex="-1"></main>
        <footer class="bottom-line">
          ${newVersion ? html`<p class="note" role="status">${t('There is a new version: open the app again when you are done.')}</p>` : nothing}
          ${full ? html`<a class="note attention" href="#/storage">${icon('triangle-alert')} ${t('The phone is full: the last thing was not kept. Free space')}</a>` : nothing}
          ${status.phase === 'full' && !full ? html`<a class="note attention" href="#/storage">${icon('triangle-alert')} ${t('The phone is full. What you noted before is kept; free space before you go on.')}</a>` : nothing}
          ${
            signIn
              ? html`<a class="note sign-in" href="/logga-in?next=/falt">
                  ${icon('user')} ${summary.unsent > 0 ? t('Sign in to send what waits; it is kept here') : t('Sign in')}
                </a>`
              : nothing
          }
          <a class="status ${line.tone}" href="#/outbox" aria-label=${t('%(state)s. Open the outbox', { state: line.words })}>
            ${icon(line.icon)} <span>${line.words}</span> ${icon('chevron-right')}
          </a>
        </footer>`,
      element,
    );
    root = element.querySelector('main') ?? undefined;
  }

  async function back() {
    const from = isAside(place) ? trail.at(-2) : undefined;
    go(from ?? (await parentOf(place, field)));
  }

  /** @param {string} code */
  function change(code) {
    choose(code);
    open();
  }

  addEventListener('hashchange', open);
  addEventListener('unhandledrejection', ({ reason }) => {
    if (reason?.name !== 'StorageFullError') return;
    full = true;
    draw();
  });
  field.subscribe(draw);
  element.replaceChildren();
  // "Oldest from 18.05" grows older also when nothing else happens.
  setInterval(draw, 60_000);

  return {
    open,
    /** Says that a new version waits. */
    tellNewVersion() {
      newVersion = true;
      draw();
    },
    /** Speaks the person's own language, once it is known. */
    async speakOwn() {
      speak((await field.me())?.language);
    },
  };
}
