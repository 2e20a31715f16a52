// The old findings along the route, to be checked one by one.

import { html, nothing, render } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import { attempts } from '../parts/attempt.js';
import { bar, notice } from '../parts/bar.js';
import { keepDrawn } from '../parts/keep-drawn.js';
import { photoSources } from '../parts/photo-sources.js';
import { addPhotos } from '../parts/photo-strip.js';
import { icon } from '../shell/icon.js';
import { t, tn } from '../words/words.js';
import { doneCard, lacking, openCard } from './card.js';
import { walkingOrder } from './walking-order.js';

/** @typedef {import('./card.js').Answer} Answer */

/** Answers begun and not saved yet, by walk and finding: whoever looks at a photo in between finds them again.
 * @type {Map<string, Map<string, Answer>>} */
const begun = new Map();

/** @param {{root: HTMLElement, field: any, params: Record<string, string>, go: (hash: string) => void}} screen
 * @returns {() => void} stop */
export function show({ root, field, params }) {
  const walkId = params.id ?? '';
  const wanted = params.finding;
  let came = false;
  /** @type {any} */
  let bundle = null;
  /** @type {any[] | null} */
  let findings = null;
  const answers = begun.get(walkId) ?? new Map();
  begun.set(walkId, answers);
  /** Opened again though done. @type {Set<string>} */
  const reopened = new Set();
  let told = '';

  const attempt = attempts(() => draw());
  const sources = photoSources(field, () => draw());
  const screen = keepDrawn(field, async () => {
    bundle = await field.bundle(walkId);
    const all = await field.findings(walkId);
    // What was noted on this walk is not old.
    const old = all.filter((/** @type {any} */ one) => one.walk_id !== walkId && !one.withdrawn);
    findings = walkingOrder(old, bundle?.walk?.route ?? []);
    draw();
    if (!came && wanted) bringUp(`#check-${wanted}`);
    came = true;
  });

  /** Puts a card under the thumb.
   * @param {string} selector */
  function bringUp(selector) {
    const card = root.querySelector(selector);
    card?.scrollIntoView({ block: 'start' });
    /** @type {HTMLElement | null | undefined} */ (card?.querySelector('.result'))?.focus({ preventScroll: true });
  }

  /** What was said of it here before, and photos taken before the app was closed, still belong to the answer.
   * @param {any} finding
   * @returns {Answer} */
  function answerOf(finding) {
    let answer = answers.get(finding.id);
    if (!answer) {
      const { recheck, recheck_note } = finding;
      const taken = finding.photos.filter(
        (/** @type {any} */ { purpose, walk_id, kind }) => purpose === 'recheck' && walk_id === walkId && !kind,
      );
      answer = { result: recheck, note: recheck_note, photos: taken.map((/** @type {any} */ { id }) => id) };
      answers.set(finding.id, answer);
    }
    return answer;
  }

  /** @param {any} finding
   * @param {Partial<Answer>} changes */
  function answer(finding, changes) {
    Object.assign(answerOf(finding), changes);
    draw();
  }

  /** @param {any} finding
   * @param {File[]} files
   * @param {boolean} fromCamera */
  async function onFiles(finding, files, fromCamera) {
    const given = answerOf(finding);
    await attempt.run(async () => {
      const ids = await addPhotos(field, finding.id, files, { fromCamera, purpose: 'recheck', walkId });
      given.photos = [...given.photos, ...ids];
    });
    screen.redraw();
  }

  /** @param {any} finding */
  async function save(finding) {
    const given = answerOf(finding);
    if (lacking(given)) {
      told = finding.id;
      draw();
      return;
    }
    const { result, note, photos } = given;
    if (!(await attempt.run(() => field.recheck(walkId, finding.id, { result, note, photos })))) return;
    answers.delete(finding.id);
    reopened.delete(finding.id);
    told = '';
    await screen.redraw();
    // On to the next one that is left.
    bringUp('.recheck-card:not(.done)');
  }

  /** @param {any} finding */
  function card(finding) {
    if (finding.recheck && !reopened.has(finding.id)) {
      return doneCard(finding, bundle, finding.recheck, () => {
        reopened.add(finding.id);
        draw();
      });
    }
    return openCard(finding, bundle, answerOf(finding), sources, {
      onResult: (result) => answer(finding, { result }),
      onNote: (note) => answer(finding, { note }),
      onFiles: (files, camera) => onFiles(finding, files, camera),
      onSave: () => save(finding),
      told: told === finding.id,
    });
  }

  function draw() {
    if (!findings) return;
    const left = findings.filter(({ recheck }) => !recheck).length;
    const count = left
      ? tn('%(n)s left to check', '%(n)s left to check', left)
      : findings.length
        ? t('All are checked')
        : t('Nothing to check');
    render(
      html`${bar(t('Check again'))}
      <div class="sheet">
        <p class="count" role="status">${left ? nothing : icon('circle-check')} ${count}</p>
        ${attempt.words()}
        ${
          findings.length
            ? html`<ol class="rechecks">${repeat(findings, ({ id }) => id, card)}</ol>`
            : notice('info', t('There are no open findings from earlier walks here.'))
        }
      </div>
      <div class="screen-actions">
        <a class="button ${left ? '' : 'main'}" href=${`#/walk/${walkId}`}>${icon('arrow-left')} ${t('Back to the walk')}</a>
      </div>`,
      root,
    );
  }

  return () => {
    screen.stop();
    sources.stop();
    render(nothing, root);
  };
}
