// What a questionnaire asks, as GET /api/v1/surveys gives it (forms/questionnaire/definition.py), read once: every item
// where it stands, with its expressions ready. No DOM.

import { compile } from './xpath.js';

/** @typedef {Record<string, string>} Text language → words */
/** @typedef {{ name: string, label: Text, fields: Record<string, string> }} Choice */
/** @typedef {{
 *   part: 'question', name: string, path: string, kind: string, label: Text, hint: Text, choices: Choice[],
 *   choice_list: string, choice_filter: string | null, required: string | null, required_message: Text,
 *   relevant: string | null, constraint: string | null, constraint_message: Text, calculate: string | null,
 *   default: string | null, parameters: Record<string, string>, appearance: string }} Question */
/** @typedef {{
 *   part: 'group', name: string, path: string, label: Text, relevant: string | null, items: Item[], repeat: boolean,
 *   count: string | null, matrix: boolean }} Group */
/** @typedef {Question | Group} Item */
/** @typedef {{ name: string, version: string, title: Text, languages: string[], items: Item[] }} Definition */
/** @typedef {'relevant' | 'constraint' | 'required' | 'calculate' | 'choice_filter' | 'default' | 'count'} Role */
/** `within`: the groups around it, down from the repeat that it is in.
 * @typedef {{ item: Item, within: Group[], does: Partial<Record<Role, import('./xpath.js').Expression>> }} Place */
/** `turns`: the places within each repeat.
 * @typedef {{ root: string, top: Place[], turns: Record<string, Place[]>, every: Map<string, Place> }} Plan */

const ROLES = /** @type {const} */ ([
  'relevant',
  'constraint',
  'required',
  'calculate',
  'choice_filter',
  'default',
  'count',
]);

/** @type {WeakMap<Definition, Plan>} */
const plans = new WeakMap();

/** @param {Definition} definition
 * @returns {Plan} raises UnsupportedError where it cannot be asked without the server */
export function planOf(definition) {
  const known = plans.get(definition);
  if (known) return known;
  const top = placesOf(definition.items, []);
  const repeats = top.flatMap(({ item }) => (item.part === 'group' && item.repeat ? [item] : []));
  const turns = Object.fromEntries(repeats.map((repeat) => [repeat.name, placesOf(repeat.items, [])]));
  const every = [...top, ...Object.values(turns).flat()].map(
    (place) => /** @type {const} */ ([place.item.name, place]),
  );
  const root = definition.items[0]?.path.split('/')[1] ?? 'data';
  const plan = { root, top, turns, every: new Map(every) };
  plans.set(definition, plan);
  return plan;
}

/** Why a questionnaire cannot be asked on this phone; null: it can.
 * @param {Definition} definition
 * @returns {string | null} for support: the expression or question that is meant */
export function whyNot(definition) {
  try {
    for (const { item } of planOf(definition).every.values()) {
      if (item.part === 'question' && item.kind === 'image' && item.required) return item.name;
      // Words that name other answers are put together by the server.
      const texts = [
        item.label,
        ...(item.part === 'question' ? [item.hint, ...item.choices.map((one) => one.label)] : []),
      ];
      if (texts.some(namesAnswers)) return item.name;
    }
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** @param {Text} text */
function namesAnswers(text) {
  return Object.values(text).some((words) => /\$\{|<output/.test(words));
}

/** Whether a repeat asks for places and nothing else: they are then chosen together, each making a turn.
 * @param {Group} group */
export function gathersPlaces(group) {
  const [first, ...more] = group.items;
  return group.repeat && first?.part === 'question' && first.kind === 'geopoint' && more.length === 0;
}

/** The words of a text in a language, else in the questionnaire's own.
 * @param {Text} text
 * @param {Definition} definition
 * @param {string} language
 * @returns {{ words: string, language: string } | null} */
export function said(text, definition, language) {
  const code = [language, ...definition.languages, ...Object.keys(text)].find((one) => text[one]);
  return code ? { words: text[code] ?? '', language: code } : null;
}

/** @param {Item[]} items
 * @param {Group[]} within
 * @returns {Place[]} */
function placesOf(items, within) {
  return items.flatMap((item) => {
    /** @type {Place['does']} */
    const does = {};
    for (const role of ROLES) {
      const source = /** @type {any} */ (item)[role];
      if (source) does[role] = compile(role === 'required' ? plainly(source) : source);
    }
    const place = { item, within, does };
    if (item.part !== 'group' || item.repeat) return [place];
    return [place, ...placesOf(item.items, [...within, item])];
  });
}

/** XLSForm lets people write yes where the expression true() is meant.
 * @param {string} required */
function plainly(required) {
  return ['yes', 'true'].includes(required) ? 'true()' : required;
}
