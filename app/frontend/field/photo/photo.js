// One photo: look at it, draw on it until it is sent, take it again or away.

import { html, nothing, render } from 'lit-html';
import { ref } from 'lit-html/directives/ref.js';
import { attempts } from '../parts/attempt.js';
import { bar, notice } from '../parts/bar.js';
import { focusOn } from '../parts/focus-on.js';
import { keepDrawn } from '../parts/keep-drawn.js';
import { photoSources } from '../parts/photo-sources.js';
import { addPhotos } from '../parts/photo-strip.js';
import { stateBadge } from '../parts/states.js';
import { icon } from '../shell/icon.js';
import { homeOf } from '../shell/router.js';
import { t, tn } from '../words/words.js';
import { drawing } from './drawing.js';

/** @typedef {import('../core/types.js').Photo} Photo */
/** @typedef {import('./geometry.js').Kind} Kind */

/** Well within the minute for which a photo is kept back. */
const HOLD_MS = 20_000;

/** @param {{root: HTMLElement, field: any, params: Record<string, string>, go: (hash: string) => void}} screen
 * @returns {() => void} stop */
export function show({ root, field, params, go }) {
  const id = params.id ?? '';
  /** @type {Photo | null} */
  let photo = null;
  /** @type {ReturnType<typeof drawing> | null} */
  let sheet = null;
  /** The version of the photo that is drawn on. */
  let loaded = '';
  let unreadable = false;
  let confirming = false;
  /** What is drawn and safe already. @type {readonly import('./geometry.js').Mark[]} */
  let safe = [];

  const attempt = attempts(() => draw());
  const sources = photoSources(field, () => draw());
  // Else it could be sent between the first line and the last.
  const hold = () => field.holdPhoto(id, true);
  hold();
  const holding = setInterval(hold, HOLD_MS);
  const screen = keepDrawn(field, async () => {
    photo = await field.photo(id);
    draw();
  });

  const back = () => homeOf(photo);
  // What is on its way is what was hashed: it may not change any more.
  const open = () => photo?.state === 'preparing' || photo?.state === 'waiting' || photo?.state === 'rejected';

  /** @param {string} url */
  async function load(url) {
    // One that was drawn on stays as it was taken, so that a mark can be undone.
    if (url === loaded || (sheet && (sheet.count || sheet.marks !== safe))) return;
    loaded = url;
    const picture = new Image();
    picture.src = url;
    try {
      await picture.decode();
    } catch {
      unreadable = true;
      draw();
      return;
    }
    if (loaded !== url) return;
    unreadable = false;
    sheet = drawing(picture, () => draw());
    safe = sheet.marks;
    draw();
  }

  /** Puts the drawing into the photo, unless it is there: whoever leaves by any way has not asked to lose it, and what
   * was hidden must not come out. */
  async function store() {
    if (!sheet || sheet.marks === safe || !open()) return;
    const { marks } = sheet;
    await field.replacePhoto(id, await sheet.toBlob());
    safe = marks;
  }

  const leaving = () => document.visibilityState === 'hidden' && attempt.run(store);
  document.addEventListener('visibilitychange', leaving);

  async function keep() {
    if (await attempt.run(store)) go(back());
  }

  async function remove() {
    const to = back();
    if (!(await attempt.run(() => field.removePhoto(id)))) return;
    sheet = null;
    go(to);
  }

  /** @param {Event} event */
  async function retake(event) {
    const input = /** @type {HTMLInputElement} */ (event.target);
    const files = [...(input.files ?? [])];
    input.value = '';
    if (!photo || files.length === 0) return;
    const { finding_id, purpose, walk_id } = photo;
    const to = back();
    // The new one is safe before the old one goes.
    const done = await attempt.run(async () => {
      const finding = await field.finding(finding_id);
      await addPhotos(field, finding_id, files, { fromCamera: true, place: finding?.data, purpose, walkId: walk_id });
      await field.removePhoto(id);
      sheet = null;
    });
    if (done) go(to);
  }

  function tools() {
    const now = sheet?.kind;
    /** @type {[Kind, string, string][]} */
    const kinds = [
      ['arrow', 'move-up-right', t('Arrow')],
      ['circle', 'circle', t('Circle')],
      ['blur', 'grid-3x3', t('Hide')],
    ];
    return html`<div class="tools" role="group" aria-label=${t('Draw on the photo')}>
      ${kinds.map(
        ([kind, symbol, words]) =>
          html`<button type="button" class="tool" aria-pressed=${kind === now ? 'true' : 'false'} @click=${() => sheet?.use(kind)}>${icon(symbol)}<span>${words}</span></button>`,
      )}
      <button type="button" class="tool" ?disabled=${!sheet?.count} @click=${() => sheet?.undo()}>${icon('undo-2')}<span>${t('Undo')}</span></button>
    </div>`;
  }

  function help() {
    if (sheet?.kind === 'blur') return t('Draw over faces and number plates. What is hidden cannot be brought back.');
    return t(
      'Draw with the finger, or tap. Keys: Enter adds, arrows move, Shift and arrows stretch, Delete takes away.',
    );
  }

  function openPart() {
    return html`<canvas tabindex="0" role="img"
        aria-label=${tn('The photo with one mark. Enter adds a mark.', 'The photo with %(n)s marks. Enter adds a mark.', sheet?.count ?? 0)}
        @pointerdown=${(/** @type {PointerEvent} */ event) => sheet?.down(event)}
        @pointermove=${(/** @type {PointerEvent} */ event) => sheet?.move(event)}
        @pointerup=${(/** @type {PointerEvent} */ event) => sheet?.up(event)}
        @pointercancel=${() => sheet?.cancel()}
        @keydown=${(/** @type {KeyboardEvent} */ event) => sheet?.key(event)}
        ${ref((element) => sheet?.on(element instanceof HTMLCanvasElement ? element : null))}></canvas>
      ${tools()}
      <p class="help">${help()}</p>`;
  }

  function removePart() {
    if (!confirming) {
      return html`<div class="row">
        <label class="file-button"><input type="file" accept="image/*" capture="environment" @change=${retake}>${icon('camera')}<span>${t('Take it again')}</span></label>
        <button type="button" class="danger" @click=${() => confirm(true)}>${icon('trash-2')} ${t('Remove')}</button>
      </div>`;
    }
    return notice(
      'warning',
      t('Remove the photo from the phone?'),
      html`<div class="row">
        <button type="button" data-keep @click=${() => confirm(false)}>${t('Keep it')}</button>
        <button type="button" class="danger" @click=${remove}>${icon('trash-2')} ${t('Remove')}</button>
      </div>`,
    );
  }

  /** @param {boolean} yes */
  function confirm(yes) {
    confirming = yes;
    draw();
    focusOn(root, yes ? '[data-keep]' : '.row .danger');
  }

  /** @param {Photo} shown
   * @param {string | null} url */
  function picture(shown, url) {
    if (unreadable) return notice('info', t('This phone cannot show the photo. It is kept and sent as it is.'));
    if (!url || (open() && !sheet)) return html`<p class="help" role="status">${t('Opening the photo …')}</p>`;
    if (open()) return openPart();
    const words =
      shown.state === 'sent'
        ? t('The photo is sent and cannot be changed.')
        : t('The photo is on its way and cannot be changed.');
    return html`<img class="whole-photo" src=${url} alt=${t('The photo')}><p class="help">${words}</p>`;
  }

  function draw() {
    if (!photo) {
      render(
        html`${bar(t('Photo'))}<div class="sheet">${notice('info', t('This photo is not in the phone.'))}</div>`,
        root,
      );
      return;
    }
    const url = sources.url(photo);
    if (url && open()) load(url);
    render(
      html`${bar(t('Photo'), stateBadge(photo.state))}
      <div class="sheet photo-sheet">
        ${attempt.words()}
        ${picture(photo, url)}
        ${photo.error ? notice('warning', photo.error.message) : nothing}
        ${open() ? removePart() : nothing}
      </div>
      <div class="screen-actions">
        <button type="button" class="main" @click=${keep}>${icon('check')} ${sheet?.count ? t('Keep') : t('Back to the note')}</button>
      </div>`,
      root,
    );
  }

  return () => {
    clearInterval(holding);
    document.removeEventListener('visibilitychange', leaving);
    store().finally(() => field.holdPhoto(id, false));
    screen.stop();
    sources.stop();
    render(nothing, root);
  };
}
