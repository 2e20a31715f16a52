// The questionnaire's script; the page works without it. It goes from page to page without a new document, keeps a
// draft on this device until the answers are sent, and goes on by itself when a lost connection is back.

import { draftOf } from './enkat/draft.js';
import { pageIn, showPage } from './enkat/pages.js';
import { answersOf, isFile, longerWait } from './enkat/sending.js';

/** @param {string} id */
const byId = (id) => document.getElementById(id);
const form = () => /** @type {HTMLFormElement | null} */ (byId('f'));
let wait = 0;
/** @type {number | undefined} */
let timer;
/** Steps taken: the browser's Back goes one page back, and leaves from the first. A reload keeps their number. */
let depth = history.state?.depth ?? 0;
/** Whether something is on its way: a second tap sends nothing. */
let busy = false;

/** Sends what the form holds with the button that was pressed, and shows the page that comes.
 * @param {URLSearchParams | FormData} values
 * @param {boolean} [forward] */
async function go(values, forward = true) {
  const current = form();
  if (!current || busy) return;
  busy = true;
  clearTimeout(timer);
  await take(current, values, forward).finally(() => {
    busy = false;
  });
}

/** @param {HTMLFormElement} current
 * @param {URLSearchParams | FormData} values
 * @param {boolean} forward */
async function take(current, values, forward) {
  const whole = values.get('go') === 'send' && !(values instanceof FormData) && (await sendWhole(current, values));
  if (whole === 'lost') return waitForConnection(values);
  if (whole) return;
  try {
    const answer = await fetch(current.action, { method: 'POST', body: values });
    if (answer.status >= 500) throw new Error(String(answer.status));
    const page = await pageIn(answer);
    wait = 0;
    if (forward) history.pushState({ depth: ++depth }, '');
    showPage(page);
    ready();
  } catch {
    waitForConnection(values);
  }
}

/** Sends all answers as JSON from the last page; false where the server has to show what is wrong.
 * @param {HTMLFormElement} current
 * @param {URLSearchParams} values */
async function sendWhole(current, values) {
  if (values.get('website')) return false;
  try {
    const answer = await fetch(`${current.action}/svar`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(answersOf(values)),
    });
    if (answer.status >= 500) return 'lost';
    if (!answer.ok) return false;
  } catch {
    return 'lost';
  }
  draftOf(current).clear();
  const kept = new URLSearchParams({ lang: values.get('lang') ?? '', prov: values.get('prov') ?? '' });
  location.assign(`${current.action}/tack?${kept}`);
  return true;
}

/** Says that there is no connection, and tries again: when it seems to be back, after a while, or when asked to.
 * @param {URLSearchParams | FormData} values */
function waitForConnection(values) {
  const notice = byId('offline');
  if (!notice) return;
  notice.hidden = false;
  notice.scrollIntoView({ block: 'nearest' });
  wait = longerWait(wait);
  const again = () => {
    removeEventListener('online', again);
    go(values);
  };
  addEventListener('online', again);
  timer = setTimeout(again, wait);
  const button = byId('again');
  if (button) button.onclick = again;
}

/** @param {HTMLFormElement} current
 * @param {string} name
 * @param {string} value */
function pressed(current, name, value) {
  const values = new FormData(current);
  values.set(name, value);
  return isFile(values) ? values : new URLSearchParams(/** @type {any} */ (values));
}

/** Offers a map beside a list of places; what draws it comes when it is asked for.
 * @param {HTMLElement} places */
function showPlaces(places) {
  const button = places.querySelector('button');
  if (!button) return;
  places.hidden = false;
  button.onclick = async () => {
    const { placesMap } = await import(String(places.dataset.script));
    await placesMap(places);
    button.remove();
  };
}

/** Makes the page that is shown now do what it can with a script. */
function ready() {
  const sent = byId('sent');
  if (sent) draftOf(sent).clear();
  const current = form();
  if (!current) return;
  const draft = draftOf(current);
  const code = /** @type {HTMLInputElement | null} */ (byId('kod'));
  if (code && location.hash.startsWith('#kod=')) {
    // The address of a letter brings its code where no server's log sees it; it is taken out of the address as well.
    code.value = decodeURIComponent(location.hash.slice(5));
    history.replaceState(history.state, '', location.pathname + location.search);
  }
  current.addEventListener('submit', (event) => {
    const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
    event.preventDefault();
    go(pressed(current, button?.name || 'go', button?.value || 'next'));
  });
  if ('start' in current.dataset) {
    const resume = byId('resume');
    const kept = draft.read();
    if (!resume || !kept || kept.get('id') === new FormData(current).get('id')) return;
    resume.hidden = false;
    const goOn = byId('go-on');
    const anew = byId('begin-anew');
    if (goOn) {
      goOn.onclick = () => {
        kept.set('byt', String(new FormData(current).get('lang')));
        go(kept);
      };
    }
    if (anew) {
      anew.onclick = () => {
        draft.clear();
        resume.hidden = true;
      };
    }
    return;
  }
  for (const places of document.querySelectorAll('.places')) showPlaces(/** @type {HTMLElement} */ (places));
  const keep = () => draft.write(current);
  keep();
  current.addEventListener('input', keep);
  const notice = byId('draft');
  const clear = byId('clear');
  if (notice) notice.hidden = false;
  if (clear) {
    clear.onclick = () => {
      draft.clear();
      location.assign(`${current.action}?lang=${new FormData(current).get('lang')}`);
    };
  }
}

addEventListener('popstate', (event) => {
  const before = event.state?.depth ?? 0;
  const current = form();
  if (before < depth && current?.querySelector('[value=back]')) {
    depth = before;
    go(pressed(current, 'go', 'back'), false);
  } else if (before < depth) {
    history.back();
  }
});
ready();
