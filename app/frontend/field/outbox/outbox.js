// What has not arrived yet, why, and what one can do about it.

import { html, nothing, render } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import { attempts } from '../parts/attempt.js';
import { bar, notice } from '../parts/bar.js';
import { findingWords, withChecklist } from '../parts/checklist-words.js';
import { bringUp } from '../parts/focus-on.js';
import { keepDrawn } from '../parts/keep-drawn.js';
import { stateBadge } from '../parts/states.js';
import { since, size } from '../shell/amounts.js';
import { icon } from '../shell/icon.js';
import { t, tn } from '../words/words.js';
import { whatWords, whyWords } from './what.js';

const OLD_MS = 2 * 24 * 60 * 60 * 1000;
/** More lines than this are counted, not listed: a thumb does not scroll through hundreds. */
const LISTED = 60;

/** Lets the browser save a blob under a name.
 * @param {Blob} blob
 * @param {string} name */
function download(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Adds what the notes are called that the lines are of, where that is not known yet.
 * @param {any} field
 * @param {any[]} lines
 * @param {Map<string, string>} names */
async function addNames(field, lines, names) {
  const ids = new Set(lines.flatMap(({ finding_id }) => finding_id ?? []));
  const unknown = [...ids].slice(0, LISTED).filter((id) => !names.get(id));
  if (!unknown.length) return;
  const checklist = await withChecklist(field, null);
  for (const found of await Promise.all(unknown.map((id) => field.finding(id))))
    if (found) names.set(found.id, findingWords(checklist, found.data, ''));
}

/** @param {{root: HTMLElement, field: any, params: Record<string, string>, go: (hash: string) => void}} screen
 * @returns {() => void} stop */
export function show({ root, field }) {
  /** @type {any[] | null} */
  let lines = null;
  /** @type {Map<string, string>} */
  const names = new Map();
  /** @type {any} */
  let summary = null;
  /** @type {any} */
  let space = null;
  let freeable = 0;
  /** @type {string | null} */
  let user = null;
  let busy = '';
  let told = '';

  const attempt = attempts(() => draw());
  const screen = keepDrawn(field, async () => {
    const [read, sums, stored, free, me] = await Promise.all([
      field.outbox(),
      field.summary(),
      field.storage(),
      field.bytesToFree(),
      field.me(),
    ]);
    await addNames(field, read, names);
    [lines, summary, space, freeable, user] = [read, sums, stored, free, me?.user_id ?? null];
    draw();
  });

  /** @param {string} words shown meanwhile
   * @param {() => Promise<string>} work answers with what to say after it */
  async function doing(words, work) {
    busy = words;
    told = '';
    draw();
    await attempt.run(async () => {
      told = await work();
    });
    busy = '';
    await screen.redraw();
    if (told) bringUp(root, '#told');
  }

  const tryNow = () =>
    doing(t('Trying …'), async () => {
      await field.sync('button');
      return '';
    });

  /** @param {string} id */
  const retry = (id) =>
    doing(t('Trying …'), async () => {
      await field.retry(id);
      return '';
    });

  const save = () =>
    doing(t('Writing the file …'), async () => {
      const blob = await field.exportZip();
      const day = new Date().toISOString().slice(0, 10);
      download(blob, `platskollen-${day}.zip`);
      return t('The file is saved among your downloads. What is in it stays here too, until it is sent.');
    });

  /** @param {Event} event */
  function read(event) {
    const input = /** @type {HTMLInputElement} */ (event.target);
    const file = input.files?.[0];
    input.value = '';
    if (!file) return;
    doing(t('Reading the file …'), async () => {
      const { operations, photos, known } = await field.importZip(file);
      const words = t('Read: %(operations)s things and %(photos)s photos.', { operations, photos });
      return known ? `${words} ${tn('%(n)s was here before.', '%(n)s were here before.', known)}` : words;
    });
  }

  /** @param {any} line */
  function row(line) {
    const href =
      line.kind === 'photo'
        ? `#/photo/${line.id}`
        : line.finding_id
          ? `#/finding/${line.finding_id}`
          : `#/walk/${line.walk_id}`;
    const words = [whatWords(line.kind === 'photo' ? 'photo' : line.what), names.get(line.finding_id)];
    return html`<li>
      <a href=${href}>
        ${icon(line.kind === 'photo' ? 'image' : line.finding_id ? 'map-pin' : 'footprints')}
        <span class="what"><strong>${words.filter(Boolean).join(' · ')}</strong>
          <span class="help">${since(new Date(line.at), new Date())} · ${whyWords(line, field.status().phase, user)}</span></span>
        ${stateBadge(line.state)}
      </a>
      ${line.state === 'rejected' ? html`<button type="button" @click=${() => retry(line.id)}>${icon('refresh-cw')} ${t('Try again')}</button>` : nothing}
    </li>`;
  }

  function age() {
    const old = summary.oldest && Date.now() - new Date(summary.oldest).getTime() > OLD_MS;
    if (!old) return nothing;
    const time = since(new Date(summary.oldest), new Date());
    return notice(
      'warning',
      t(
        'The oldest is from %(time)s. A phone may lose what lies in it: get on a network, or save everything as a file.',
        { time },
      ),
    );
  }

  /** @param {any[]} waiting */
  function list(waiting) {
    const attention = waiting.filter(({ state }) => state === 'rejected');
    const sorted = [...attention, ...waiting.filter((line) => !attention.includes(line))];
    const rest = sorted.length - LISTED;
    return html`<ul class="lines">${repeat(sorted.slice(0, LISTED), ({ id }) => id, row)}</ul>
      ${rest > 0 ? html`<p class="help">${tn('and %(n)s more', 'and %(n)s more', rest)}</p>` : nothing}`;
  }

  function empty() {
    return html`<div class="empty">
      ${icon('check-check')}
      <p><strong>${t('Everything is sent')}</strong></p>
      <p class="help">${t('Nothing waits in the phone.')}</p>
    </div>`;
  }

  function drafts() {
    if (!summary.drafts) return nothing;
    return notice(
      'info',
      tn(
        '%(n)s note lacks something and is sent once it is whole.',
        '%(n)s notes lack something and are sent once they are whole.',
        summary.drafts,
      ),
    );
  }

  function draw() {
    if (!lines) return;
    const { photos, conflicts } = summary;
    render(
      html`${bar(t('What waits'))}
      <div class="sheet">
        ${attempt.words()}
        <p class="help" role="status" id="told">${busy || told}</p>
        ${age()}
        ${conflicts ? notice('warning', tn('%(n)s thing was changed by somebody else too.', '%(n)s things were changed by somebody else too.', conflicts), html`<a class="button" href="#/conflicts">${t('Choose')}</a>`) : nothing}
        ${field.status().phase === 'signed-out' && lines.length ? notice('info', t('You are signed out. Everything stays here until you sign in.'), html`<a class="button" href="/logga-in?next=/falt">${t('Sign in')}</a>`) : nothing}
        ${drafts()}
        ${photos.total ? html`<p class="count">${icon('image')} ${t('%(sent)s of %(total)s photos have arrived', photos)}</p>` : nothing}
        ${lines.length ? list(lines) : conflicts || summary.drafts ? nothing : empty()}
        <section class="files" aria-labelledby="files">
          <h2 id="files">${t('File')}</h2>
          <p class="help">${t('A file with everything unsent can be read in on another phone. Nothing is counted twice.')}</p>
          <div class="row">
            <button type="button" ?disabled=${Boolean(busy)} @click=${save}>${icon('download')} ${t('Save everything as a file')}</button>
            <label class="file-button"><input type="file" accept=".zip,application/zip" @change=${read}>${icon('upload')}<span>${t('Read in a file')}</span></label>
          </div>
        </section>
        <ul class="links">
          <li><a href="#/storage">${icon('hard-drive')}<span>${t('Space in the phone')}
            <span class="help">${freeable > 0 ? t('%(size)s can be freed', { size: size(freeable) }) : t('%(size)s used', { size: size(space.usage) })}</span></span>${icon('chevron-right')}</a></li>
        </ul>
      </div>
      ${
        lines.length
          ? html`<div class="screen-actions">
              <button type="button" class="main" ?disabled=${Boolean(busy)} @click=${tryNow}>${icon('refresh-cw')} ${t('Try now')}</button>
            </div>`
          : nothing
      }`,
      root,
    );
  }

  return () => {
    screen.stop();
    render(nothing, root);
  };
}
