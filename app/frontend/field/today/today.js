// Today: my walks, the next one large, and whether all of it is in the phone.

import { html, nothing, render } from 'lit-html';
import { clock, day, size } from '../shell/amounts.js';
import { icon } from '../shell/icon.js';
import { t, tn } from '../words/words.js';

/** @typedef {{ id: string, slug: string, site: string, state: string, planned_at: string | null, started_at?: string | null, bundle: boolean, bytes?: number,
 *   unsent?: number, meeting_point?: string, purpose?: string }} Walk */

/** @param {import('../shell/screens.js').ScreenArguments} screen */
export async function show({ root, field }) {
  async function draw() {
    const [me, walks] = await Promise.all([field.me(), field.walks()]);
    render(today(me, walks), root);
  }
  await draw();
  return field.subscribe(draw);
}

/** @param {any} me
 * @param {Walk[]} walks */
function today(me, walks) {
  const [next, ...later] = order(walks);
  return html`<h1>${t('My walks')}</h1>
    ${next ? largeWalk(next) : none(me)}
    ${later.length ? html`<ul class="plain">${later.map((walk) => html`<li>${smallWalk(walk)}</li>`)}</ul>` : nothing}
    ${me ? html`<p><a class="button" href="#/start">${icon('plus')} ${t('A walk that nobody planned')}</a></p>` : nothing}
    ${me?.surveys ? html`<p><a class="button" href="/falt/enkat">${icon('users')} ${t('Ask on the spot')}</a></p>` : nothing}`;
}

/** @param {any} me */
function none(me) {
  if (me === null) {
    return html`<p>${t('Sign in once with a network. From then on the app works without one.')}</p>
      <p><a class="button main" href="/logga-in?next=/falt">${t('Sign in')}</a></p>`;
  }
  return html`<p>${t('No walk is planned for you. When one is, it is shown here; or start one now.')}</p>`;
}

/** @param {Walk} walk */
function largeWalk(walk) {
  const ongoing = walk.state === 'ongoing';
  // First into the phone, then out of the door.
  const ready = ongoing || walk.bundle;
  return html`<article class="next-walk">
    <h2>${walk.site}</h2>
    <p class="when">${when(walk)}</p>
    ${walk.meeting_point ? html`<p>${icon('map-pin')} ${walk.meeting_point}</p>` : nothing}
    ${walk.purpose ? html`<p>${walk.purpose}</p>` : nothing}
    <p class="taken">${taken(walk)}</p>
    <div class="row">
      <a class="button ${ready ? 'main' : ''}" href="#/walk/${walk.id}">
        ${icon('footprints')} ${ongoing ? t('Go on with the walk') : t('To the walk')}
      </a>
      <a class="button ${ready ? '' : 'main'}" href="#/walk/${walk.id}/take">
        ${icon('download')} ${walk.bundle ? t('Take along again') : t('Take along')}
      </a>
    </div>
  </article>`;
}

/** @param {Walk} walk */
function smallWalk(walk) {
  return html`<a class="walk-line" href="#/walk/${walk.id}">
    <strong>${walk.site}</strong>
    <span>${when(walk)}</span>
    <span class="taken">${taken(walk)}</span>
  </a>`;
}

/** @param {Walk} walk */
function when(walk) {
  const at = walk.started_at ?? walk.planned_at;
  // Two walks of one place are told apart by when they began.
  const moment = at ? t('%(day)s at %(time)s', { day: day(new Date(at)), time: clock(new Date(at)) }) : '';
  if (walk.state === 'ongoing') return html`${icon('contrast')} ${t('Going on')} · ${moment}`;
  if (walk.state === 'finished') return html`${icon('check')} ${t('Finished')} · ${moment}`;
  return moment ? html`${icon('calendar')} ${moment}` : '';
}

/** @param {Walk} walk */
function taken(walk) {
  const waits = walk.unsent ? html` · ${tn('%(n)s thing waits', '%(n)s things wait', walk.unsent)}` : nothing;
  if (!walk.bundle) return html`${icon('circle-alert')} ${t('Not yet in the phone')}${waits}`;
  const words = walk.bytes
    ? t('Everything is in the phone, %(size)s', { size: size(walk.bytes) })
    : t('Everything is in the phone');
  return html`${icon('circle-check')} ${words}${waits}`;
}

const FINISHED = 3;

/** Ongoing first, the one begun last before the others; then by time; finished last.
 * @param {Walk[]} walks */
export function order(walks) {
  /** @param {Walk} walk */
  const rank = (walk) => ['ongoing', 'planned'].indexOf(walk.state) + 1 || FINISHED;
  /** @param {Walk} walk */
  const begun = (walk) => (walk.state === 'ongoing' ? (walk.started_at ?? '') : '');
  return walks.toSorted(
    (a, b) =>
      rank(a) - rank(b) || begun(b).localeCompare(begun(a)) || (a.planned_at ?? '').localeCompare(b.planned_at ?? ''),
  );
}
