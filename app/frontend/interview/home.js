// Where an interviewer begins: what can be asked here and now, how far each quota has come, and what waits in the phone.
// Nothing that somebody answered is shown.

import { html, nothing } from 'lit-html';
import { clock, day } from '../field/shell/amounts.js';
import { icon } from '../field/shell/icon.js';
import { other } from '../field/shell/language.js';
import { language, t, tn } from '../field/words/words.js';
import { said, whyNot } from './core/definition.js';
import { SLOTS, slotOf, withKept } from './core/quotas.js';

/** @typedef {import('./core/store.js').Kept} Kept */
/** @typedef {import('./core/store.js').Wave} Wave */
/** @typedef {{ surveys: import('./core/store.js').Surveys | null, draft: import('./core/store.js').Draft | null, kept: Kept[],
 *   sent: number, phase: import('./core/sending.js').Phase, now: Date, newVersion: boolean, dropping: string | null }} State */
/** @typedef {{ begin: (wave: Wave) => void, resume: () => void, discard: () => void, send: () => void,
 *   settle: (id: string, wish: 'again' | 'drop') => void, ask: (what: string | null) => void,
 *   change: (code: string) => void }} Acts */

/** @param {State} state
 * @param {Acts} acts
 * @param {unknown} trouble */
export function home(state, acts, trouble) {
  const { surveys, draft, kept } = state;
  const otherwise = other();
  const refused = kept.filter((one) => one.state === 'rejected');
  return html`<header class="top-line">
      <a class="button quiet" href="/falt">${icon('arrow-left')} ${t('Field app')}</a>
      <span class="space"></span>
      <button type="button" class="quiet" lang=${otherwise.code} @click=${() => acts.change(otherwise.code)}>${otherwise.name}</button>
    </header>
    <main id="main" tabindex="-1"><div class="screen">
      <h1>${t('Ask on the spot')}</h1>
      ${trouble}
      ${draft ? goingOn(state, draft, acts) : nothing}
      ${refused.length ? html`<section class="refused"><h2>${t('Not accepted')}</h2>${refused.map((one) => refusal(one, state, acts))}</section>` : nothing}
      ${surveys ? surveys.waves.map((wave) => card(wave, state, acts)) : nothing}
      ${surveys?.waves.length === 0 ? html`<p>${t('No questionnaire is open for interviews at your places now. When one is, it is shown here.')}</p>` : nothing}
      ${surveys ? nothing : first(state.phase)}
    </div></main>
    ${foot(state, acts)}`;
}

/** @param {State['phase']} phase */
function first(phase) {
  if (phase === 'sending') return html`<p role="status">${t('Fetching the questionnaires …')}</p>`;
  return html`<p>${t('Sign in once with a network. From then on you can ask people without one.')}</p>
    <p><a class="button main" href="/logga-in?next=/falt/enkat">${t('Sign in')}</a></p>`;
}

/** @param {State} state
 * @param {import('./core/store.js').Draft} draft
 * @param {Acts} acts */
function goingOn({ dropping }, draft, acts) {
  return html`<section class="card going-on">
    <h2>${t('An interview is not finished')}</h2>
    <p>${draft.wave.site}, ${titleOf(draft.wave)}, ${clock(new Date(draft.at))}. ${t('Go on only with the person who began it.')}</p>
    ${
      dropping === draft.id
        ? html`<p role="alert">${t('The answers of this interview are deleted from the phone. Nothing of it is sent.')}</p>
          <p class="row"><button type="button" class="danger" @click=${acts.discard}>${t('Delete the answers')}</button>
            <button type="button" @click=${() => acts.ask(null)}>${t('Keep')}</button></p>`
        : html`<p class="row"><button type="button" class="main" @click=${acts.resume}>${t('Go on with the interview')}</button>
            <button type="button" @click=${() => acts.ask(draft.id)}>${t('Delete')}</button></p>`
    }
  </section>`;
}

/** What was refused, and why; never what was answered.
 * @param {Kept} one
 * @param {State} state
 * @param {Acts} acts */
function refusal(one, { dropping }, acts) {
  const at = new Date(one.at);
  return html`<article class="card">
    <h3>${t('Interview at %(site)s, %(day)s at %(time)s', { site: one.site, day: day(at), time: clock(at) })}</h3>
    <ul>${one.errors.map((fault) => html`<li>${fault.field ? html`<code>${fault.field}</code>: ` : nothing}${fault.message}</li>`)}</ul>
    ${
      dropping === one.id
        ? html`<p role="alert">${t('This interview is deleted from the phone for good.')}</p>
          <p class="row"><button type="button" class="danger" @click=${() => acts.settle(one.id, 'drop')}>${t('Delete the interview')}</button>
            <button type="button" @click=${() => acts.ask(null)}>${t('Keep')}</button></p>`
        : html`<p class="row"><button type="button" @click=${() => acts.settle(one.id, 'again')}>${icon('rotate-ccw')} ${t('Try again')}</button>
            <button type="button" @click=${() => acts.ask(one.id)}>${icon('trash-2')} ${t('Delete')}</button></p>`
    }
  </article>`;
}

/** @param {Wave} wave
 * @param {State} state
 * @param {Acts} acts */
function card(wave, { kept, now, draft }, acts) {
  const reason = whyNot(wave.definition);
  const closes = new Date(`${wave.closes_on}T12:00:00`);
  const quotas = withKept(
    wave.quotas,
    kept.filter((one) => one.wave_id === wave.id),
  );
  return html`<article class="card">
    <h2>${wave.site}</h2>
    <p><strong>${titleOf(wave)}</strong></p>
    <p>${wave.name} · ${t('open until %(day)s', { day: day(closes) })}</p>
    ${
      reason === null
        ? html`<p class="taken">${icon('circle-check')} ${t('The questions are in the phone')}</p>
          <p><button type="button" class=${draft ? '' : 'main'} ?disabled=${draft !== null} @click=${() => acts.begin(wave)}>
            ${icon('message-square')} ${t('Begin an interview')}</button></p>`
        : html`<div class="notice warning">${icon('triangle-alert')}<div>
            <p>${t('This questionnaire cannot be asked without a network. Use its page.')}</p>
            <p class="small muted">${reason}</p><a class="button" href="/enkat/${wave.slug}">${t('Open the page')}</a></div></div>`
    }
    ${quotas.length ? counts(quotas, slotOf(now)) : nothing}
  </article>`;
}

/** Whom it asks: several may be open at one place.
 * @param {Wave} wave */
function titleOf({ definition }) {
  return said(definition.title, definition, language())?.words ?? '';
}

/** @param {(import('./core/store.js').Quota & { here: number })[]} quotas
 * @param {{ weekday: number, slot: string }} present */
function counts(quotas, present) {
  const current = quotas.find(({ weekday, slot }) => weekday === present.weekday && slot === present.slot);
  const sorted = quotas.toSorted(
    (a, b) =>
      a.weekday - b.weekday || SLOTS.indexOf(/** @type {any} */ (a.slot)) - SLOTS.indexOf(/** @type {any} */ (b.slot)),
  );
  return html`<p class="slot"><strong>${when(present)}:</strong> ${
    current ? made(current) : t('no interviews are asked for now')
  }</p>
    <details><summary>${t('All times')}</summary><table>
      <thead><tr><th scope="col">${t('When')}</th><th scope="col">${t('Interviews made')}</th><th scope="col">${t('Wanted')}</th></tr></thead>
      <tbody>${sorted.map(
        (quota) => html`<tr class=${quota === current ? 'current' : ''}><th scope="row">${when(quota)}</th>
          <td>${quota.made}${quota.here ? ` + ${quota.here}` : ''}</td><td>${quota.wanted}</td></tr>`,
      )}</tbody>
    </table></details>`;
}

/** @param {import('./core/store.js').Quota & { here: number }} quota */
function made(quota) {
  const words = t('%(made)s of %(wanted)s made', { made: quota.made, wanted: quota.wanted });
  return quota.here ? `${words}, ${t('%(n)s more in the phone', { n: quota.here })}` : words;
}

/** @param {{ weekday: number, slot: string }} part */
function when({ weekday, slot }) {
  // The first of January 2024 was a Monday.
  const locale = language() === 'sv' ? 'sv-SE' : 'en-GB';
  const name = new Date(2024, 0, 1 + weekday).toLocaleDateString(locale, { weekday: 'long' });
  /** @type {Record<string, string>} */
  const slots = {
    morning: t('morning, 6–10'),
    day: t('day, 10–16'),
    evening: t('evening, 16–21'),
    night: t('night, 21–6'),
  };
  return `${name.charAt(0).toUpperCase()}${name.slice(1)} ${slots[slot] ?? slot}`;
}

/** How many wait, always in sight.
 * @param {Pick<State, 'kept' | 'sent' | 'phase' | 'newVersion'>} state
 * @param {Pick<Acts, 'send'>} acts */
function foot({ kept, sent, phase, newVersion }, acts) {
  const waiting = kept.filter((one) => one.state === 'waiting').length;
  const today = sent ? ` ${tn('%(n)s sent today.', '%(n)s sent today.', sent)}` : '';
  return html`<footer class="bottom-line">
    ${newVersion ? html`<p class="note">${t('There is a new version: open the app again when you are done.')}</p>` : nothing}
    ${
      phase === 'signed-out'
        ? html`<a class="note sign-in" href="/logga-in?next=/falt/enkat">${icon('user')} ${t('Sign in to send what waits; it is kept here')}</a>`
        : nothing
    }
    ${phase === 'other-person' ? html`<p class="note">${t('Interviews of somebody else wait here until they sign in on this phone.')}</p>` : nothing}
    <div class="status ${waiting ? 'waiting' : 'done'}">
      ${icon(waiting ? 'clock' : 'circle-check')}
      <span role="status">${waitingWords(waiting)}${today}</span>
      ${waiting && phase !== 'signed-out' ? html`<button type="button" class="quiet" ?disabled=${phase === 'sending'} @click=${acts.send}>${icon('send')} ${t('Send now')}</button>` : nothing}
    </div>
  </footer>`;
}

/** @param {number} waiting */
export function waitingWords(waiting) {
  return waiting
    ? tn('%(n)s interview waits in the phone.', '%(n)s interviews wait in the phone.', waiting)
    : t('All interviews are sent.');
}
