// One question on the screen, in the language of whoever is asked: large answers, one touch each.

import { html, nothing } from 'lit-html';
import { LONGEST_SCALE, steps } from './core/cleaning.js';
import { said } from './core/definition.js';
import { speaking, tagOf } from './words.js';

/** @typedef {import('./asking.js').Step} Step */
/** @typedef {ReturnType<typeof import('./asking.js').makeAsking>} Asking */
/** @typedef {import('./core/definition.js').Text} Text */

/** What the phone says of a fault, by its code.
 * @param {import('./words.js').Speak} r
 * @returns {Record<string, (values?: Record<string, string | number>) => string>} */
const sentences = (r) => ({
  required: () => r('Answer this question to go on.'),
  choice: () => r('Choose one of the answers that are shown.'),
  number: () => r('Write a number, with figures.'),
  integer: () => r('Write a whole number, with figures.'),
  range: (values) => r('Write a number from %(least)s to %(most)s.', values),
  date: () => r('Write a day, as 2026-05-31.'),
  length: (values) => r('Write at most %(most)s characters.', values),
  constraint: () => r('This answer does not fit the question. Look at it again.'),
});

/** @param {Step} step
 * @param {Asking} asking
 * @param {() => void} changed
 * @param {{ here: (() => Promise<string>) | null }} world here: where the phone is, "lat lon" */
export function question(step, asking, changed, world) {
  const { draft, page, fault } = step;
  if (!page) return nothing;
  const r = speaking(draft.language);
  /** @param {Text | undefined} text */
  const say = (text) => (text && said(text, draft.wave.definition, draft.language)) || null;
  const asks = page.shows === 'question' || page.shows === 'note' ? page.question : page.repeat;
  const heading = say(asks?.label) ?? say(page.question?.label);
  const hint = page.question && page.shows !== 'note' ? say(page.question.hint) : null;
  const wrong = fault ? (say(fault.words)?.words ?? sentences(r)[fault.code]?.(fault.values) ?? fault.code) : '';
  const headings = page.within.map((group) => say(group.label)).filter((one) => one !== null);
  return html`
    ${headings.map((one) => html`<p class="lead" lang=${tagOf(one.language)}>${one.words}</p>`)}
    ${page.notes.map((note) => words(say(note.label)))}
    <h1 id="question" tabindex="-1" lang=${tagOf(heading?.language ?? draft.language)}>${heading?.words ?? asks?.name}</h1>
    ${hint ? html`<p class="hint" id="hint" lang=${tagOf(hint.language)}>${hint.words}</p>` : nothing}
    <div role="alert" id="fault">${wrong ? html`<p class="fault">${wrong}</p>` : nothing}</div>
    ${answers(step, asking, changed, world, { describes: [hint ? 'hint' : '', wrong ? 'fault' : ''].join(' ').trim(), wrong })}`;
}

/** @param {{ words: string, language: string } | null} spoken */
function words(spoken) {
  return spoken ? html`<p class="said" lang=${tagOf(spoken.language)}>${spoken.words}</p>` : nothing;
}

/** @param {Step} step
 * @param {Asking} asking
 * @param {() => void} changed
 * @param {{ here: (() => Promise<string>) | null }} world
 * @param {{ describes: string, wrong: string }} field */
function answers(step, asking, changed, world, field) {
  const { draft, page, filling } = step;
  if (!page?.question || page.shows === 'note') return nothing;
  const { question, key } = page;
  const r = speaking(draft.language);
  const act = (/** @type {() => unknown} */ action) => () => {
    action();
    changed();
  };
  /** @param {string} name
   * @param {Text} label
   * @param {boolean} chosen
   * @param {() => unknown} action
   * @param {boolean} [several] */
  const answer = (name, label, chosen, action, several = false) => {
    const spoken = said(label, draft.wave.definition, draft.language);
    return html`<button type="button" class="answer ${several ? 'several' : ''}" aria-pressed=${chosen} @click=${act(action)}
      lang=${tagOf(spoken?.language ?? draft.language)}>${spoken?.words ?? name}</button>`;
  };
  const group = (/** @type {unknown} */ inside, className = 'answers') =>
    html`<div class=${className} role="group" aria-labelledby="question" aria-describedby=${field.describes || nothing}>${inside}</div>`;
  const given = draft.answers[key];
  const places = draft.wave.places.map(({ name, lat, lon }) => ({ name, at: `${lat.toFixed(5)} ${lon.toFixed(5)}` }));

  if (page.shows === 'places') {
    const chosen = Array.from(
      { length: draft.turns[key] ?? 0 },
      (_, turn) => draft.answers[`${key}/${turn}/${question.name}`],
    );
    return group(
      places.map(({ name, at }) =>
        answer(name, { [draft.language]: name }, chosen.includes(at), () => asking.togglePlace(at), true),
      ),
    );
  }
  switch (question.kind) {
    case 'select_one':
      return group(
        filling
          .choices(question, key)
          .map(({ name, label }) => answer(name, label, step.typed === name, () => asking.choose(name))),
      );
    case 'select_multiple':
      return group(
        filling
          .choices(question, key)
          .map(({ name, label }) =>
            answer(name, label, [given].flat().includes(name), () => asking.toggle(name), true),
          ),
      );
    case 'geopoint': {
      const here = world.here;
      return group([
        ...places.map(({ name, at }) =>
          answer(name, { [draft.language]: name }, given === at, () => asking.choose(at)),
        ),
        here
          ? html`<button type="button" class="answer" @click=${() =>
              here().then(
                (at) => act(() => asking.choose(at))(),
                () => undefined,
              )}>${r('Here, where we stand')}</button>`
          : nothing,
      ]);
    }
    case 'range':
      if (steps(question).length > 0) {
        return group(
          steps(question).map((one) =>
            answer(one, { [draft.language]: one }, step.typed === one, () => asking.choose(Number(one))),
          ),
          steps(question).length > LONGEST_SCALE / 2 ? 'answers scale' : 'answers',
        );
      }
  }
  const typed = (/** @type {Event} */ event) => asking.type(/** @type {HTMLInputElement} */ (event.target).value);
  const about = { describes: field.describes || nothing, invalid: field.wrong ? 'true' : nothing };
  if (question.kind === 'text' && question.appearance.includes('multiline')) {
    return html`<textarea rows="5" dir="auto" aria-labelledby="question" aria-describedby=${about.describes} aria-invalid=${about.invalid}
      .value=${step.typed} @input=${typed}></textarea>`;
  }
  const [type, mode] = question.kind === 'date' ? ['date', nothing] : ['text', modeOf(question.kind)];
  return html`<input type=${type} inputmode=${mode} dir=${question.kind === 'text' ? 'auto' : 'ltr'} autocomplete="off"
    aria-labelledby="question" aria-describedby=${about.describes} aria-invalid=${about.invalid} .value=${step.typed} @input=${typed}
    @keydown=${(/** @type {KeyboardEvent} */ event) => event.key === 'Enter' && act(() => asking.next())()}>`;
}

/** @param {string} kind */
function modeOf(kind) {
  if (kind === 'integer') return 'numeric';
  return kind === 'text' ? 'text' : 'decimal';
}
