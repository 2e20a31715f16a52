// Before the walk: fetch everything that the phone needs without a network, and say how far that has come.

import { html, nothing, render } from 'lit-html';
import { bar } from '../parts/bar.js';
import { since, size } from '../shell/amounts.js';
import { icon } from '../shell/icon.js';
import { t } from '../words/words.js';
import { takeAlong } from './fetch.js';

/** @param {import('../shell/screens.js').ScreenArguments} screen */
export async function show({ root, field, params }) {
  const id = params.id ?? '';
  /** @type {'idle' | 'working' | 'failed'} */
  let phase = 'idle';
  let progress = { done: 0, total: 0, bytes: 0 };

  async function draw() {
    const walk = (await field.walks()).find((/** @type {{ id: string }} */ one) => one.id === id);
    render(page(walk), root);
  }

  async function take() {
    phase = 'working';
    await draw();
    try {
      // Asked for while the person does something on purpose: then the browser says yes.
      await field.askToPersist();
      const { missing } = await takeAlong(field, id, (/** @type {typeof progress} */ now) => {
        progress = now;
        draw();
      });
      phase = missing ? 'failed' : 'idle';
    } catch (error) {
      if (error instanceof Error && error.name === 'StorageFullError') throw error;
      console.warn('Not everything was taken along:', error);
      phase = 'failed';
    } finally {
      await draw();
    }
  }

  /** @param {any} walk */
  function page(walk) {
    const working = phase === 'working';
    return html`${bar(t('Take along'), html`<span class="help">${walk?.site ?? ''}</span>`)}
      <div>
      ${
        working
          ? html`<p role="status">${t('%(done)s of %(total)s parts, %(size)s', { done: progress.done, total: progress.total, size: size(progress.bytes) })}</p>
            <progress aria-label=${t('Take along')} max=${progress.total || 1} value=${progress.done}></progress>`
          : html`<p role="status">${state(walk)}</p>`
      }
      <p class="muted">${t('The place, earlier findings with photos, the checklist, and the map around the walk.')}</p>
      </div>
      <div class="screen-actions">
        <button type="button" class=${walk?.bundle ? '' : 'main'} ?disabled=${working} @click=${take}>
          ${icon('download')} ${walk?.bundle ? t('Fetch what has changed') : t('Take along')}
        </button>
        <a class="button ${walk?.bundle ? 'main' : ''}" href="#/walk/${id}">${icon('footprints')} ${t('To the walk')}</a>
      </div>`;
  }

  /** @param {any} walk */
  function state(walk) {
    if (phase === 'failed') {
      return html`${icon('triangle-alert')} ${t('Not everything came. What came is kept; try again with a better network.')}`;
    }
    if (!walk?.bundle) return html`${icon('circle-alert')} ${t('Not yet in the phone')}`;
    const at = walk.taken_at ? since(new Date(walk.taken_at), new Date()) : '';
    return html`${icon('circle-check')} ${t('Everything is in the phone, %(size)s', { size: size(walk.bytes ?? 0) })}
      ${at ? html`<span class="muted">· ${t('fetched %(time)s', { time: at })}</span>` : nothing}`;
  }

  await draw();
  const walk = (await field.walks()).find((/** @type {{ id: string }} */ one) => one.id === id);
  if (!walk?.bundle) take();
  return field.subscribe(draw);
}
