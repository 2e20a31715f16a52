// The end of a walk: what came of it, what is missing, who was there.

import { html, nothing, render } from 'lit-html';
import { personalDataWarning, textField } from '../finding/more.js';
import { attempts } from '../parts/attempt.js';
import { bar, notice } from '../parts/bar.js';
import { focusOn } from '../parts/focus-on.js';
import { keepDrawn } from '../parts/keep-drawn.js';
import { textSaver } from '../parts/text-saver.js';
import { dayWords } from '../parts/times.js';
import { keepUnsaved } from '../parts/unsaved-words.js';
import { icon } from '../shell/icon.js';
import { t, tn } from '../words/words.js';
import { gapsOf } from './gaps.js';
import { participantRows } from './participants.js';

/** @typedef {import('./gaps.js').Gap} Gap */

/** @param {{root: HTMLElement, field: any, params: Record<string, string>, go: (hash: string) => void}} screen
 * @returns {() => void} stop */
export function show({ root, field, params, go }) {
  const id = params.id ?? '';
  /** @type {any} */
  let walk = null;
  /** @type {any} */
  let bundle = null;
  /** @type {any} */
  let progress = null;
  /** @type {any[]} */
  let findings = [];
  let asked = false;

  const attempt = attempts(() => draw());
  const saver = textSaver(async (changes) => {
    if (!(await attempt.run(() => field.updateWalk(id, changes)))) throw new Error('not saved');
  });
  const stopKeeping = keepUnsaved(saver, 'updateWalk', id);
  const screen = keepDrawn(field, async () => {
    const walks = await field.walks();
    walk = walks.find((/** @type {any} */ one) => one.id === id) ?? null;
    [bundle, progress, findings] = await Promise.all([field.bundle(id), field.walkProgress(id), field.findings(id)]);
    draw();
  });

  /** As they are sent: a bundle tells more of them.
   * @returns {import('../core/types.js').Participant[]} */
  const participants = () => {
    /** @type {import('../core/types.js').Participant[]} */
    const known = saver.shown('participants', walk?.details?.participants ?? bundle?.walk?.participants ?? []);
    return known.map(({ organisation_id, role, people }) => ({ organisation_id, role, people }));
  };
  const note = () => saver.shown('note', walk?.details?.note ?? bundle?.walk?.note ?? '');

  /** @param {Gap} gap */
  function gapWords(gap) {
    switch (gap) {
      case 'category':
        return tn('%(n)s note without category', '%(n)s notes without category', progress.missing_category);
      case 'drafts': {
        const drafts = progress.drafts - progress.missing_category;
        return tn('%(n)s note that is not finished', '%(n)s notes that are not finished', drafts);
      }
      case 'unchecked':
        return tn('%(n)s earlier one left to check', '%(n)s earlier ones left to check', progress.unchecked);
      case 'photos':
        return t('%(sent)s of %(total)s photos have arrived', progress.photos);
    }
  }

  /** @param {Gap} gap */
  function gapWay(gap) {
    if (gap === 'unchecked') return `#/walk/${id}/recheck`;
    if (gap === 'photos') return '#/outbox';
    const first = findings.find(({ state, withdrawn, mine_walk }) => mine_walk && state === 'draft' && !withdrawn);
    return first ? `#/finding/${first.id}` : `#/walk/${id}`;
  }

  async function finish() {
    if (gapsOf(progress).length && !asked) {
      asked = true;
      draw();
      // A second tap on the same spot walks on.
      focusOn(root, '[data-on]');
      return;
    }
    const finished = await attempt.run(async () => {
      await saver.flush();
      await field.finishWalk(id, { note: note(), participants: participants() });
    });
    if (finished) go('#/');
  }

  function figures() {
    const now = findings.filter(({ mine_walk, withdrawn }) => mine_walk && !withdrawn);
    const good = now.filter(({ data }) => data.positive).length;
    const checked = findings.filter(({ mine_walk, recheck }) => !mine_walk && recheck).length;
    const last = bundle?.previous;
    /** @type {[string, unknown, string][]} */
    const numbers = [
      [t('Faults noted'), now.length - good, last ? t('%(number)s last time', { number: last.findings }) : ''],
      [t('Good things noted'), good, ''],
      [t('Earlier ones checked'), checked, ''],
      [t('Photos'), progress.photos.total, ''],
    ];
    return html`<dl class="figures">
        ${numbers.map(
          ([words, value, beside]) =>
            html`<div><dt>${words}</dt><dd>${value}${beside ? html` <span class="help">${beside}</span>` : nothing}</dd></div>`,
        )}
      </dl>
      <p class="help">${
        last
          ? t('Compared with %(day)s, the last walk along a like route.', { day: dayWords(last.day) })
          : t('No earlier walk along a like route: the numbers cannot be compared with any other walk.')
      }</p>`;
  }

  /** @param {Gap[]} gaps */
  function missing(gaps) {
    if (!gaps.length) return notice('good', t('Nothing is missing.'));
    return html`<section aria-labelledby="missing">
      <h2 id="missing">${t('What is missing')}</h2>
      <ul class="links">
        ${gaps.map(
          (gap) =>
            html`<li><a href=${gapWay(gap)}>${icon('circle-alert')}<span>${gapWords(gap)}</span>${icon('chevron-right')}</a></li>`,
        )}
      </ul>
      <p class="help">${t('All of it can be added later.')}</p>
    </section>`;
  }

  function later() {
    const { phase } = field.status();
    if (phase === 'offline') {
      return notice(
        'info',
        t(
          'There is no network now. You can finish all the same: the rest is sent when the phone has contact. Keep the app until it says that everything is sent.',
        ),
      );
    }
    if (phase === 'signed-out') {
      return notice(
        'info',
        t('You are signed out. You can finish all the same: the rest is sent when you have signed in again.'),
      );
    }
    return nothing;
  }

  /** @param {Gap[]} gaps */
  function actions(gaps) {
    if (!asked || !gaps.length) {
      return html`<button type="button" class="main" @click=${finish}>${icon('flag')} ${t('Finish')}</button>`;
    }
    return html`<div class="ask" role="alert"><strong>${t('Something is missing:')}</strong>
        ${gaps.map(gapWords).join(' · ')}</div>
      <button type="button" @click=${finish}>${icon('flag')} ${t('Finish anyway')}</button>
      <a class="button main" data-on href=${`#/walk/${id}`}>${t('Walk on')}</a>`;
  }

  function draw() {
    if (!progress) return;
    const gaps = gapsOf(progress);
    if (!gaps.length) asked = false;
    const acute = findings.filter(
      ({ mine_walk, withdrawn, data }) => mine_walk && !withdrawn && data.severity === 'acute',
    );
    render(
      html`${bar(t('Finish the walk'), walk?.site ? html`<span class="help">${walk.site}</span>` : nothing)}
      <div class="sheet">
        ${attempt.words()}
        ${figures()}
        ${
          acute.length
            ? notice(
                'danger',
                tn(
                  '%(n)s note is acute. Has somebody called? Platskollen alerts nobody.',
                  '%(n)s notes are acute. Has somebody called? Platskollen alerts nobody.',
                  acute.length,
                ),
              )
            : nothing
        }
        ${missing(gaps)}
        ${participantRows(participants(), bundle?.organisations ?? [], (next) => {
          saver.type('participants', next);
          draw();
        })}
        ${textField(saver, { note: note() }, { name: 'note', label: t('Note for the protocol'), long: true })}
        ${personalDataWarning([note()])}
        ${later()}
      </div>
      <div class="screen-actions">
        ${actions(gaps)}
      </div>`,
      root,
    );
  }

  return () => {
    screen.stop();
    stopKeeping();
    saver.flush().catch(() => {});
    render(nothing, root);
  };
}
