// Interviews on the spot: opens what the phone keeps and shows where the interviewer is. All of it works without a network.

import words from 'words:interview-sv';
import residents from 'words:residents';
import { html, nothing, render } from 'lit-html';
import { makeLocking } from './field/core/locking.js';
import { icon } from './field/shell/icon.js';
import { bringWords, choose, speak } from './field/shell/language.js';
import { keepWorker } from './field/shell/updates.js';
import { language, t, tn } from './field/words/words.js';
import { makeAsking } from './interview/asking.js';
import { dayHere } from './interview/core/quotas.js';
import { makeSending } from './interview/core/sending.js';
import * as store from './interview/core/store.js';
import { home } from './interview/home.js';
import { interview, thanks } from './interview/interview-screen.js';
import { bringResidentWords, directionOf, tagOf } from './interview/words.js';

/** @typedef {ReturnType<typeof makeAsking>} Asking */

const element = /** @type {HTMLElement} */ (document.getElementById('app'));
bringWords(words);
bringResidentWords(residents);
speak(undefined);

async function open() {
  const db = await store.openStore('platskollen-interviews');
  const today = () => dayHere(new Date());
  /** @type {Asking | null} */
  let asking = null;
  /** The interview that has just ended: its wave and language alone. @type {{ wave: store.Wave, language: string } | null} */
  let ended = null;
  /** @type {string | null} */
  let dropping = null;
  /** @type {'full' | 'failed' | null} */
  let trouble = null;
  let leaving = false;
  let newVersion = false;
  let shown = '';

  const sending = makeSending({
    ...{
      db,
      base: location.origin,
      fetch: (input, init) => fetch(input, init),
      now: () => Date.now(),
      random: Math.random,
    },
    later: (action, ms) => {
      const timer = setTimeout(action, ms);
      return () => clearTimeout(timer);
    },
    locked: makeLocking(navigator.locks ?? null),
    changed: () => void (asking === null && draw()),
  });

  /** Writes something down, and says so where that fails.
   * @param {() => Promise<unknown>} write */
  async function keep(write) {
    try {
      await write();
      trouble = null;
      return true;
    } catch (error) {
      trouble = error instanceof Error && error.name === 'StorageFullError' ? 'full' : 'failed';
      if (trouble === 'failed') console.error(error);
      return false;
    } finally {
      draw();
    }
  }

  /** @param {store.Draft} draft */
  function ask(draft) {
    ended = null;
    leaving = false;
    asking = makeAsking(draft, { today, keep: (now) => void keep(() => store.storeDraft(db, structuredClone(now))) });
    // So that the phone's own way back leads to the question before, and not out of the interview.
    history.pushState('interview', '');
    draw();
  }

  /** @param {store.Wave} wave */
  async function begin(wave) {
    const surveys = await store.storedSurveys(db);
    const languages = wave.definition.languages;
    /** @type {store.Draft} */
    const draft = {
      ...{ id: crypto.randomUUID(), wave, actor: surveys?.user_id ?? '', at: new Date().toISOString() },
      ...{ language: languages.includes('sv') ? 'sv' : (languages[0] ?? 'sv'), page: null, answers: {}, turns: {} },
    };
    ask(draft);
  }

  async function end() {
    const answers = asking?.finished();
    if (!asking || !answers) return draw();
    const { draft } = asking.step();
    const done = await keep(() => store.finish(db, draft, answers));
    if (!done) return;
    ended = { wave: draft.wave, language: draft.language };
    asking = null;
    await draw();
    void sending.sync();
  }

  async function leave() {
    if (!asking) return;
    if (asking.step().index < 0 && Object.keys(asking.step().draft.answers).length === 0) {
      await discard();
      return;
    }
    leaving = true;
    await draw();
  }

  async function discard() {
    await keep(() => store.storeDraft(db, null));
    asking = null;
    leaving = false;
    dropping = null;
    await draw();
  }

  addEventListener('popstate', () => {
    if (!asking) return;
    history.pushState('interview', '');
    if (!asking.back()) void leave();
    void draw();
  });

  async function draw() {
    const [surveys, draft, kept, sent] = await Promise.all([
      store.storedSurveys(db),
      store.storedDraft(db),
      db.getAll('responses'),
      store.sentOn(db, today()),
    ]);
    const staff = language();
    if (asking && leaving) {
      speakTo(staff, 'ltr');
      render(leavingScreen(), element);
    } else if (asking) {
      const spoken = asking.step().draft.language;
      speakTo(tagOf(spoken), directionOf(spoken));
      const here = 'geolocation' in navigator ? position : null;
      render(interview(asking, { changed: draw, end, leave, staff, here, trouble: troubleWords() }), element);
    } else if (ended) {
      const { wave, language: spoken } = ended;
      speakTo(staff, 'ltr');
      const count = kept.filter((one) => one.state === 'waiting').length;
      const waiting = tn(
        'Saved. %(n)s interview waits in the phone.',
        'Saved. %(n)s interviews wait in the phone.',
        count,
      );
      render(
        thanks(spoken, {
          staff,
          waiting: count ? waiting : t('Saved and sent.'),
          again: () => void begin(wave),
          home: toHome,
        }),
        element,
      );
    } else {
      speakTo(staff, 'ltr');
      const state = { surveys, draft, kept, sent, phase: sending.phase(), now: new Date(), newVersion, dropping };
      render(home(state, acts(draft), troubleWords()), element);
    }
    focusOnNew();
  }

  function toHome() {
    ended = null;
    void draw();
  }

  /** @param {store.Draft | null} draft
   * @returns {import('./interview/home.js').Acts} */
  const acts = (draft) => ({
    begin: (wave) => void begin(wave),
    resume: () => draft && ask(draft),
    discard: () => void discard(),
    send: () => void sending.sync(),
    settle: async (id, wish) => {
      dropping = null;
      if ((await keep(() => store.settle(db, id, wish))) && wish === 'again') void sending.sync();
    },
    ask: (what) => {
      dropping = what;
      void draw();
    },
    change: (code) => {
      choose(code);
      void draw();
    },
  });

  function leavingScreen() {
    const stay = () => {
      leaving = false;
      void draw();
    };
    const later = () => {
      asking = null;
      stay();
    };
    return html`<header class="top-line"><span class="product">Platskollen</span></header>
      <main id="main" tabindex="-1"><div class="screen">
        <h1 id="question" tabindex="-1">${t('Leave the interview?')}</h1>
        <p>${t('What has been answered stays in the phone until you go on or delete it.')}</p>
        <p class="row"><button type="button" class="danger" @click=${discard}>${t('Delete the answers')}</button></p>
        <p class="row"><button type="button" @click=${later}>${t('Leave it for a while')}</button></p>
      </div></main>
      <footer class="ways"><button type="button" class="main" @click=${stay}>${t('Go on with the interview')}</button></footer>`;
  }

  function troubleWords() {
    if (!trouble) return nothing;
    const words =
      trouble === 'full'
        ? t('The phone is full, and the last answer is not saved. Free space, then press again.')
        : t('The last thing was not saved. Try again.');
    return html`<div class="notice danger" role="alert">${icon('octagon-alert')}<div><p>${words}</p></div></div>`;
  }

  /** Whoever listens hears where they are, and a screen begins at its top. */
  function focusOnNew() {
    const step = asking && !leaving ? asking.step() : null;
    const now = step ? `${step.draft.id} ${step.index}` : ended ? 'ended' : leaving ? 'leaving' : 'home';
    if (now === shown) return;
    const first = shown === '';
    shown = now;
    element.querySelector('main')?.scrollTo(0, 0);
    if (!first)
      (document.getElementById('question') ?? document.getElementById('main'))?.focus({ preventScroll: true });
  }

  element.replaceChildren();
  await draw();
  keepWorker({
    onWaiting: () => {
      newVersion = true;
      void draw();
    },
    onWake: () => void sending.sync(),
  }).catch((error) => console.warn('The service worker was not registered:', error));
  addEventListener('online', () => void sending.sync());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void sending.sync();
  });
  // The part of the day changes also while nobody touches the phone.
  setInterval(() => void (asking === null && draw()), 60_000);
  void navigator.storage?.persist?.().catch(() => undefined);
  await sending.sync();
}

/** @param {string} code
 * @param {'ltr' | 'rtl'} direction */
function speakTo(code, direction) {
  document.documentElement.lang = code;
  document.documentElement.dir = direction;
}

/** Where the phone is.
 * @returns {Promise<string>} "lat lon" */
function position() {
  return new Promise((resolve, reject) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve(`${coords.latitude.toFixed(5)} ${coords.longitude.toFixed(5)}`),
      reject,
      { enableHighAccuracy: true, timeout: 15_000 },
    );
  });
}

open().catch((error) => {
  console.error(error);
  element.replaceChildren();
  render(
    html`<main class="screen"><h1>${t('This screen broke')}</h1>
      <p>${t('Everything you noted is kept in the phone. Try again; if it does not help, close the app and open it anew.')}</p>
      <p><button type="button" @click=${() => location.reload()}>${t('Try again')}</button></p></main>`,
    element,
  );
});
