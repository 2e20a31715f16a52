// The sheet of one finding: saved from the first tap on, so that leaving it loses nothing.

import { html, nothing, render } from 'lit-html';
import { attempts } from '../parts/attempt.js';
import { bar, notice } from '../parts/bar.js';
import { categoriesOf, categoryOf, withChecklist } from '../parts/checklist-words.js';
import { bringUp, focusOn } from '../parts/focus-on.js';
import { keepDrawn } from '../parts/keep-drawn.js';
import { photoSources } from '../parts/photo-sources.js';
import { addPhotos, photoStrip } from '../parts/photo-strip.js';
import { stateBadge } from '../parts/states.js';
import { textSaver } from '../parts/text-saver.js';
import { tellNext } from '../parts/told.js';
import { keepUnsaved } from '../parts/unsaved-words.js';
import { icon } from '../shell/icon.js';
import { t, tn } from '../words/words.js';
import { acuteSwitch } from './acute.js';
import { categoryTiles, chosenCategory } from './category.js';
import { lastUsedFirst, readUsed, rememberUsed } from './category-order.js';
import { hateSwitch, moreFields, personalDataWarning, textField } from './more.js';
import { nearCard, setApart, toAsk } from './near.js';
import { placePart } from './place.js';
import { readOnly } from './read-only.js';
import { sameAs } from './same.js';
import { withdrawPart } from './withdraw.js';

/** @param {string[]} missing */
function missingWords(missing) {
  const words = [];
  if (missing.includes('category')) words.push(t('category'));
  if (missing.includes('place')) words.push(t('place'));
  return words.join(', ');
}

/** @param {{root: HTMLElement, field: any, params: Record<string, string>, go: (hash: string) => void}} screen
 * @returns {() => void} stop */
export function show({ root, field, params, go }) {
  const id = params.id ?? '';
  /** @type {any} */
  let finding = null;
  /** @type {any} */
  let bundle = null;
  /** @type {{ finding: any, metres: number, seen: string[] }[]} */
  let near = [];
  let choosing = false;
  let confirming = false;
  let taking = 0;
  let closed = false;
  const used = readUsed();

  const attempt = attempts(() => screen.redraw());
  const sources = photoSources(field, () => draw());
  /** @param {Record<string, unknown>} changes */
  const save = (changes) => field.editFinding(id, changes);
  const saver = textSaver(async (changes) => {
    if (!(await attempt.run(() => save(changes)))) throw new Error('not saved');
  });
  const stopKeeping = keepUnsaved(saver, 'editFinding', id);
  /** @param {Record<string, unknown>} changes */
  const edit = (changes) => attempt.run(() => save(changes));
  const place = placePart({
    bundle: () => bundle,
    onPin: ({ lon, lat, accuracy }) => edit({ lon, lat, accuracy_m: accuracy }),
    changed: () => draw(),
  });
  const screen = keepDrawn(field, async () => {
    finding = await field.finding(id);
    if (finding) bundle = await bundleOf();
    near = isMine() && !finding.withdrawn ? await nearOnes() : [];
    draw();
  });

  /** Noted here, on the walk that is under way: the rest is to read and to check. */
  const isMine = () => Boolean(finding?.mine && finding.mine_walk);

  /** The bundle of the walk that it was noted on, or that it came along with. */
  async function bundleOf() {
    const own = await field.bundle(finding.walk_id);
    if (own) return own;
    for (const walk of await field.walks()) {
      const other = await field.bundle(walk.id);
      if (other?.findings.some((/** @type {any} */ one) => one.id === id)) return other;
    }
    return withChecklist(field, null);
  }

  async function nearOnes() {
    const { lon, lat, accuracy_m, category } = finding.data;
    if (!category || lon == null) return [];
    return field.near(finding.walk_id, { id, lon, lat, accuracy_m, category });
  }

  const back = () => (finding ? `#/walk/${finding.walk_id}` : '#/');

  /** @param {import('../parts/checklist-words.js').Category} category */
  async function choose(category) {
    choosing = false;
    rememberUsed(category.slug);
    const same = category.slug === finding.data.category;
    if (!same) await edit({ category: category.slug, item: null, positive: Boolean(category.positive) });
    await screen.redraw();
    // The tile that had the focus is gone: the next question gets it.
    focusOn(root, '[data-items] button');
  }

  /** @param {string | null} item */
  async function chooseItem(item) {
    const acute = categoryOf(bundle, finding.data.category)?.items.some((one) => one.slug === item && one.acute);
    await edit(acute ? { item, severity: 'acute' } : { item });
    if (acute) bringUp(root, '.acute');
  }

  /** @param {boolean} acute */
  async function turnAcute(acute) {
    await edit({ severity: acute ? 'acute' : null });
    await screen.redraw();
    bringUp(root, '.acute');
  }

  /** @param {File[]} files
   * @param {boolean} fromCamera */
  async function onFiles(files, fromCamera) {
    taking += files.length;
    draw();
    await attempt.run(() => addPhotos(field, id, files, { fromCamera, place: finding.data }));
    taking -= files.length;
    draw();
  }

  /** @param {any} other */
  async function same(other) {
    closed = true;
    const done = await attempt.run(async () => {
      await saver.flush();
      tellNext(await sameAs(field, await field.finding(id), other));
    });
    if (done) go(back());
    else closed = false;
  }

  /** @param {any} other */
  function another(other) {
    setApart(id, other.id);
    draw();
  }

  async function done() {
    const ready = await attempt.run(async () => {
      await saver.flush();
      await field.closeFinding(id);
    });
    closed = ready;
    if (ready) go(back());
  }

  async function withdraw() {
    closed = true;
    if (await attempt.run(() => field.withdrawFinding(id))) go(back());
    else closed = false;
  }

  /** @param {boolean} yes */
  function confirm(yes) {
    confirming = yes;
    draw();
    focusOn(root, yes ? '[data-keep]' : '[data-withdraw]');
    if (yes) bringUp(root, '.notice:has([data-keep])');
  }

  function choosePart() {
    const { data } = finding;
    const category = categoryOf(bundle, data.category);
    if (category && !choosing) {
      return chosenCategory(category, data.item, { onItem: chooseItem, onOther: reopen });
    }
    const open = categoriesOf(bundle).filter((one) => one.active !== false || one.slug === data.category);
    return categoryTiles(lastUsedFirst(open, used), data.category ?? null, choose);
  }

  function reopen() {
    choosing = true;
    draw();
    focusOn(root, '.tiles button');
  }

  function photos() {
    return html`<section aria-label=${t('Photos')}>${photoStrip(finding.photos, sources, onFiles)}
      ${taking ? html`<p class="help" role="status">${tn('Saving the photo …', 'Saving %(n)s photos …', taking)}</p>` : nothing}
    </section>`;
  }

  function draw() {
    if (!finding) {
      const words = t('This note is not in the phone.');
      render(html`${bar(t('The note'))}<div class="sheet">${notice('info', words)}</div>`, root);
      return;
    }
    if (finding.withdrawn) {
      const words = finding.status === 'duplicate' ? t('The note repeats another one.') : t('The note is taken back.');
      render(html`${bar(t('The note'))}<div class="sheet">${notice('info', words)}</div>`, root);
      return;
    }
    if (!isMine()) {
      render(readOnly(finding, bundle), root);
      return;
    }
    const { data } = finding;
    const ask = toAsk(near, id);
    const missing = missingWords(finding.missing);
    // What was photographed first is looked at while one says what it is.
    const first = !data.category && finding.photos.length > 0;
    render(
      html`${bar(finding.number ?? t('New note'), stateBadge(finding.state))}
      <div class="sheet">
        ${attempt.words()}
        ${finding.error ? notice('danger', finding.error.message) : nothing}
        ${first ? photos() : nothing}
        ${choosePart()}
        ${data.category === 'klotter' || data.hate ? hateSwitch(data, edit) : nothing}
        ${ask ? nearCard(bundle, ask, sources.url, ask.finding.walk_id !== finding.walk_id, { onSame: () => same(ask.finding), onNew: () => another(ask.finding) }) : nothing}
        ${first ? nothing : photos()}
        ${data.positive ? nothing : acuteSwitch(data.severity === 'acute', turnAcute)}
        ${place.view(data)}
        ${textField(saver, data, { name: 'place_words', label: t('The place in words'), help: t('For example: by the bicycle stand behind the library') })}
        ${moreFields(saver, data, edit)}
        ${personalDataWarning(['title', 'description', 'place_words', 'size'].map((name) => saver.shown(name, data[name])))}
        ${withdrawPart(finding.photos.length, confirming, { onAsk: () => confirm(true), onKeep: () => confirm(false), onWithdraw: withdraw })}
      </div>
      <div class="screen-actions">
        <p class="saved" role="status">
          ${attempt.saved ? html`<span>${icon('circle-check')} ${t('Saved in the phone')}</span>` : nothing}
          ${missing ? html`<span class="missing">${icon('circle-alert')} ${t('Missing: %(things)s', { things: missing })}</span>` : nothing}
        </p>
        <button type="button" class="main" @click=${done}>${icon('check')} ${t('Done')}</button>
      </div>`,
      root,
    );
  }

  return () => {
    screen.stop();
    place.stop();
    stopKeeping();
    // Leaving by any other way closes the sheet too; only its photos are still a part of it.
    const inside = location.hash.startsWith('#/photo/');
    if (!closed && isMine() && !inside) {
      saver
        .flush()
        .catch(() => {})
        .then(() => field.closeFinding(id))
        .catch(() => {});
    } else {
      saver.flush().catch(() => {});
    }
    sources.stop();
    render(nothing, root);
  };
}
