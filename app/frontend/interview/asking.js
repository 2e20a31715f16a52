// The interview under way: one question at a time, each answer kept at once.

import { cleanAnswer } from './core/cleaning.js';
import { Filling } from './core/filling.js';

/** @typedef {import('./core/store.js').Draft} Draft */
/** @typedef {import('./core/filling.js').Page} Page */
/** @typedef {import('./core/filling.js').Answer} Answer */
/** `index` -1: before the first question; pages.length: after the last. `typed` is what a field holds, taken or not.
 * @typedef {{ draft: Draft, filling: Filling, pages: Page[], index: number, page: Page | null,
 *   fault: import('./core/filling.js').Fault | null, typed: string }} Step */

const END = 'end';

/** @param {Draft} draft
 * @param {{ today: () => string, keep: (draft: Draft) => unknown }} world keep: writes it down */
export function makeAsking(draft, { today, keep }) {
  /** @type {Step['fault']} */
  let fault = null;
  /** @type {string | null} */
  let typed = null;

  const fill = () => new Filling(draft.wave.definition, draft, today());

  /** @returns {Step} */
  function step() {
    const filling = fill();
    const pages = filling.pages();
    const index = place(pages);
    const page = pages[index] ?? null;
    return { draft, filling, pages, index, page, fault, typed: typed ?? shown(page, filling) };
  }

  /** @param {Page[]} pages */
  function place(pages) {
    if (draft.page === null) return -1;
    if (draft.page === END) return pages.length;
    const found = pages.findIndex((page) => nameOf(page) === draft.page);
    return found < 0 ? pages.length : found;
  }

  /** What the field of a page holds: the answer, else what the questionnaire proposes.
   * @param {Page | null} page
   * @param {Filling} filling */
  function shown(page, filling) {
    if (!page?.question || page.shows !== 'question') return '';
    const answer = draft.answers[page.key] ?? filling.proposed(page.question, page.key) ?? '';
    return [answer].flat().join(' ');
  }

  /** @param {number} to */
  function go(to) {
    const pages = fill().pages();
    draft.page = to < 0 ? null : (pages[to] && nameOf(pages[to])) || END;
    fault = null;
    typed = null;
    keep(draft);
  }

  /** @param {string} key
   * @param {Answer | undefined} answer */
  function set(key, answer) {
    if (answer === undefined) delete draft.answers[key];
    else draft.answers[key] = answer;
    keep(draft);
  }

  return {
    step,
    /** @param {string} code */
    speak(code) {
      draft.language = code;
      keep(draft);
    },
    /** Notes what a field holds; what cannot be taken yet is told when one goes on.
     * @param {string} words */
    type(words) {
      const { page } = step();
      if (!page?.question) return;
      typed = words;
      fault = null;
      set(page.key, cleanAnswer(page.question, words).answer);
    },
    /** An answer by one touch, which leads on.
     * @param {Answer} answer */
    choose(answer) {
      const { page, index } = step();
      if (!page) return;
      typed = null;
      set(page.key, answer);
      fault = fill().fault(page);
      if (!fault) go(index + 1);
    },
    /** One of several answers, on or off.
     * @param {string} name */
    toggle(name) {
      const { page } = step();
      if (!page?.question) return;
      const had = [draft.answers[page.key] ?? []].flat().map(String);
      const wanted = had.includes(name) ? had.filter((one) => one !== name) : [...had, name];
      const kept = page.question.choices.map((choice) => choice.name).filter((one) => wanted.includes(one));
      fault = null;
      set(page.key, kept.length ? kept : undefined);
    },
    /** A place of those that a repeat gathers, on or off.
     * @param {string} where */
    togglePlace(where) {
      const { page } = step();
      if (!page?.repeat || !page.question) return;
      const { repeat, question } = page;
      const key = (/** @type {number} */ turn) => `${repeat.name}/${turn}/${question.name}`;
      const turns = draft.turns[repeat.name] ?? 0;
      const had = Array.from({ length: turns }, (_, turn) => String(draft.answers[key(turn)]));
      const kept = had.includes(where) ? had.filter((one) => one !== where) : [...had, where];
      for (let turn = 0; turn < turns; turn += 1) delete draft.answers[key(turn)];
      for (const [turn, one] of kept.entries()) draft.answers[key(turn)] = one;
      draft.turns[repeat.name] = kept.length;
      keep(draft);
    },
    /** Another turn of a repeat, whose questions come next. */
    more() {
      const { page, index } = step();
      if (!page?.repeat) return;
      draft.turns[page.repeat.name] = (draft.turns[page.repeat.name] ?? 0) + 1;
      go(index);
    },
    /** On to the next question, unless this one needs another answer. */
    next() {
      const { page, index, filling, typed: words } = step();
      if (page?.question && page.shows === 'question') {
        const multiple = page.question.kind === 'select_multiple';
        const cleaned = multiple ? {} : cleanAnswer(page.question, words);
        if (!multiple && !cleaned.fault) set(page.key, cleaned.answer);
        fault = cleaned.fault ?? fill().fault(page) ?? null;
        if (fault) {
          typed = words;
          return;
        }
      }
      void filling;
      go(index + 1);
    },
    /** On without an answer. */
    skip() {
      const { page, index } = step();
      if (page) set(page.key, undefined);
      fault = page && fill().fault(page);
      if (!fault) go(index + 1);
    },
    /** Back to the question before; false where there is none. */
    back() {
      const { index } = step();
      if (index < 0) return false;
      go(index - 1);
      return true;
    },
    /** The first question that still needs an answer, shown; null: it can be finished.
     * @returns {Record<string, any> | null} what is to be sent, or null where something is missing */
    finished() {
      const filling = fill();
      const pages = filling.pages();
      const wrong = pages.findIndex((page) => filling.fault(page));
      if (wrong < 0) return filling.answers();
      go(wrong);
      fault = pages[wrong] ? filling.fault(pages[wrong]) : null;
      return null;
    },
  };
}

/** @param {Page} page */
function nameOf(page) {
  return `${page.shows}:${page.key}`;
}
