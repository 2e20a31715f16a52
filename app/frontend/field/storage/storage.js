// Room in the phone: how much is used, whether the browser may clear it, and what can go without losing anything.

import { html, nothing, render } from 'lit-html';
import { attempts } from '../parts/attempt.js';
import { bar, notice } from '../parts/bar.js';
import { keepDrawn } from '../parts/keep-drawn.js';
import { size } from '../shell/amounts.js';
import { icon } from '../shell/icon.js';
import { t, tn } from '../words/words.js';
import { roomOf } from './room.js';

/** @param {{root: HTMLElement, field: any, params: Record<string, string>, go: (hash: string) => void}} screen
 * @returns {() => void} stop */
export function show({ root, field }) {
  /** @type {{ usage: number, quota: number, persisted: boolean } | null} */
  let space = null;
  /** @type {any} */
  let summary = null;
  let freeable = 0;
  let told = '';

  const attempt = attempts(() => draw());
  const screen = keepDrawn(field, async () => {
    [space, freeable, summary] = await Promise.all([field.storage(), field.bytesToFree(), field.summary()]);
    draw();
  });

  async function free() {
    await attempt.run(async () => {
      const { bytes, photos } = await field.freeSpace();
      told = tn(
        '%(size)s freed: %(n)s photo that the server has.',
        '%(size)s freed: %(n)s photos that the server has.',
        photos,
        { size: size(bytes) },
      );
    });
    screen.redraw();
  }

  async function ask() {
    await attempt.run(async () => {
      const given = await field.askToPersist();
      told = given ? '' : t('The browser said no. Put the app on the home screen and ask again.');
    });
    screen.redraw();
  }

  /** @param {{ usage: number, quota: number }} at */
  function fill({ usage, quota }) {
    return html`<div class="space">
      <p><strong>${t('%(used)s of %(quota)s used', { used: size(usage), quota: size(quota) })}</strong></p>
      <progress max=${quota} .value=${usage} aria-label=${t('Space used')}></progress>
    </div>`;
  }

  /** @param {'full' | 'low' | 'enough'} room */
  function warning(room) {
    if (room === 'full') {
      return notice(
        'danger',
        t(
          'The phone is full. Nothing noted so far is lost, but new photos may not fit. Free space here, send what waits, or remove other things from the phone.',
        ),
      );
    }
    return room === 'low' ? notice('warning', t('The phone will soon be full.')) : nothing;
  }

  /** @param {boolean} persisted */
  function lasting(persisted) {
    if (persisted) return notice('good', t('The browser keeps what is here and does not clear it by itself.'));
    return notice(
      'warning',
      t(
        'The browser may clear what is here when the phone runs short of space, or when the app has not been used for a while.',
      ),
      html`<button type="button" @click=${ask}>${icon('lock')} ${t('Ask it to keep everything')}</button>`,
    );
  }

  function freePart() {
    return html`<section aria-labelledby="free">
      <h2 id="free">${t('Free space')}</h2>
      <p>${freeable > 0 ? t('%(size)s of photos can go: the server has them all.', { size: size(freeable) }) : t('There is nothing to free: only what the server has confirmed may go.')}</p>
      <button type="button" class=${freeable > 0 ? 'strong' : ''} ?disabled=${freeable === 0} @click=${free}>${icon('trash-2')} ${freeable > 0 ? t('Free %(size)s', { size: size(freeable) }) : t('Free space')}</button>
    </section>`;
  }

  function draw() {
    if (!space) return;
    render(
      html`${bar(t('Space in the phone'))}
      <div class="sheet">
        ${attempt.words()}
        <p class="help" role="status">${told}</p>
        ${warning(roomOf(space))}
        ${fill(space)}
        ${freePart()}
        <section aria-labelledby="lasting">
          <h2 id="lasting">${t('Will it stay?')}</h2>
          ${lasting(space.persisted)}
        </section>
        ${summary.unsent ? html`<ul class="links"><li><a href="#/outbox">${icon('inbox')}<span>${tn('%(n)s thing is not sent yet', '%(n)s things are not sent yet', summary.unsent)}</span>${icon('chevron-right')}</a></li></ul>` : nothing}
      </div>`,
      root,
    );
  }

  return () => {
    screen.stop();
    render(nothing, root);
  };
}
