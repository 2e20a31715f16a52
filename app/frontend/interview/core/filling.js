// One interview as far as it has come: what is asked next, whether an answer fits, and what is sent in the end. The
// server looks at all of it again (forms/questionnaire/filling.py). No DOM.

import { cleanAnswer } from './cleaning.js';
import { gathersPlaces, planOf } from './definition.js';
import { number, text, truth } from './xpath-values.js';

/** @typedef {import('./definition.js').Definition} Definition */
/** @typedef {import('./definition.js').Question} Question */
/** @typedef {import('./definition.js').Group} Group */
/** @typedef {import('./definition.js').Place} Place */
/** @typedef {import('./xpath.js').Node} Node */
/** @typedef {string | number | string[]} Answer */
/** What was answered, by place: a question's name, or `repeat/turn/name`; and how many turns each repeat has.
 * @typedef {{ answers: Record<string, Answer>, turns: Record<string, number> }} Given */
/** What is shown at once. `more`: whether another turn of a repeat is wanted; `places`: all places of a repeat.
 * @typedef {{ key: string, shows: 'question' | 'note' | 'more' | 'places', question: Question | null, repeat: Group | null,
 *   turn: number | null, within: Group[], notes: Question[] }} Page */
/** @typedef {{ code: string, values?: Record<string, string | number>, words?: import('./definition.js').Text }} Fault */

const MOST_TURNS = 50;

export class Filling {
  /** @param {Definition} definition
   * @param {Given} given
   * @param {string} today ISO 8601 */
  constructor(definition, given, today) {
    this.definition = definition;
    this.plan = planOf(definition);
    this.given = given;
    this.today = today;
    /** @type {Map<string, Node>} */
    this.elements = new Map();
    /** Where the turns of each repeat stand, and how many there are. @type {Map<string, { parent: Node, grown: number }>} */
    this.repeats = new Map();
    /** @type {Set<string>} */
    this.skipped = new Set();
    this.top = leaf('', null);
    this.root = leaf(this.plan.root, this.top);
    this.lists = this.#lists();
    this.#grow(this.plan.top, '', this.root);
    this.#settle();
  }

  /** The pages that concern whoever answered so, in order.
   * @returns {Page[]} */
  pages() {
    return [...this.#pages(this.definition.items, [], '', null)];
  }

  /** @param {string} key of a question or group */
  relevant(key) {
    return !this.skipped.has(key);
  }

  /** The choices that are left by a filter.
   * @param {Question} question
   * @param {string} key */
  choices(question, key) {
    const filter = this.plan.every.get(question.name)?.does.choice_filter;
    if (!filter) return question.choices;
    const found = this.#evaluate(filter, key);
    const names = new Set(Array.isArray(found) ? found.map((node) => childText(node, 'name')) : []);
    return question.choices.filter((choice) => names.has(choice.name));
  }

  /** What the field holds before anybody answers.
   * @param {Question} question
   * @param {string} key
   * @returns {Answer | null} */
  proposed(question, key) {
    const expression = this.plan.every.get(question.name)?.does.default;
    if (!expression) return null;
    const { answer } = cleanAnswer(question, text(this.#evaluate(expression, key)));
    return answer ?? null;
  }

  /** @param {Question} question
   * @param {string} key */
  required(question, key) {
    const expression = this.plan.every.get(question.name)?.does.required;
    return expression ? truth(this.#evaluate(expression, key)) : false;
  }

  /** Why one cannot go on from a page; null: one can.
   * @param {Page} page
   * @returns {Fault | null} */
  fault({ question, key, shows }) {
    if (!question || shows !== 'question') return null;
    const answer = this.given.answers[key];
    if (answer === undefined) {
      return this.required(question, key) ? { code: 'required', words: question.required_message } : null;
    }
    if (question.choice_filter) {
      const left = new Set(this.choices(question, key).map((choice) => choice.name));
      if (![answer].flat().every((name) => left.has(String(name)))) return { code: 'choice' };
    }
    const constraint = this.plan.every.get(question.name)?.does.constraint;
    if (constraint && !truth(this.#evaluate(constraint, key))) {
      return { code: 'constraint', words: question.constraint_message };
    }
    return null;
  }

  /** All of it as it is sent: nested, without what does not concern this person.
   * @returns {Record<string, any>} */
  answers() {
    return this.#collect(this.plan.top, '');
  }

  /** @param {Place[]} places
   * @param {string} at
   * @returns {Record<string, any>} */
  #collect(places, at) {
    /** @type {Record<string, any>} */
    const found = {};
    for (const { item } of places) {
      const key = at + item.name;
      if (this.skipped.has(key)) continue;
      if (item.part === 'group') {
        if (!item.repeat) continue;
        const turns = Array.from({ length: this.turns(item) }, (_, turn) =>
          this.#collect(this.plan.turns[item.name] ?? [], `${item.name}/${turn}/`),
        ).filter((turn) => Object.keys(turn).length > 0);
        if (turns.length > 0) found[item.name] = turns;
      } else if (item.kind !== 'calculate' && this.given.answers[key] !== undefined) {
        found[item.name] = this.given.answers[key];
      }
    }
    return found;
  }

  /** How many turns a repeat has.
   * @param {Group} repeat */
  turns(repeat) {
    const expression = this.plan.every.get(repeat.name)?.does.count;
    if (!expression) return Math.min(this.given.turns[repeat.name] ?? 0, MOST_TURNS);
    const wanted = number(this.#evaluate(expression, ''));
    return wanted >= 1 ? Math.min(Math.trunc(wanted), MOST_TURNS) : 0;
  }

  /** @param {import('./definition.js').Item[]} items
   * @param {Group[]} within
   * @param {string} at
   * @param {number | null} turn
   * @returns {Generator<Page>} */
  *#pages(items, within, at, turn) {
    /** @type {Question[]} */
    let notes = [];
    for (const item of items) {
      const key = at + item.name;
      if (this.skipped.has(key)) continue;
      if (item.part === 'question') {
        // A photo cannot be taken of people who are asked in the street.
        if (item.kind === 'calculate' || item.kind === 'image') continue;
        if (item.kind === 'note') notes.push(item);
        else {
          yield { key, shows: 'question', question: item, repeat: null, turn, within, notes };
          notes = [];
        }
        continue;
      }
      for (const page of item.repeat
        ? this.#turns(item, within)
        : this.#pages(item.items, [...within, item], at, turn)) {
        yield { ...page, notes: [...notes, ...page.notes] };
        notes = [];
      }
    }
    const last = notes.pop();
    if (last) yield { key: at + last.name, shows: 'note', question: last, repeat: null, turn, within, notes };
  }

  /** @param {Group} repeat
   * @param {Group[]} within
   * @returns {Generator<Page>} */
  *#turns(repeat, within) {
    const page = { question: null, repeat, turn: null, within, notes: [] };
    if (gathersPlaces(repeat)) {
      yield { ...page, key: repeat.name, shows: 'places', question: /** @type {Question} */ (repeat.items[0]) };
      return;
    }
    const turns = this.turns(repeat);
    for (let turn = 0; turn < turns; turn += 1) {
      yield* this.#pages(repeat.items, [...within, repeat], `${repeat.name}/${turn}/`, turn);
    }
    if (!repeat.count && turns < MOST_TURNS) yield { ...page, key: repeat.name, shows: 'more' };
  }

  /** @returns {Map<string, Node>} each list of choices as `root/item` */
  #lists() {
    /** @type {Map<string, Node>} */
    const lists = new Map();
    for (const { item } of this.plan.every.values()) {
      if (item.part !== 'question' || !item.choice_list || lists.has(item.choice_list)) continue;
      const holder = leaf('instance', null);
      const root = leaf('root', holder);
      for (const choice of item.choices) {
        const one = leaf('item', root);
        for (const [name, words] of Object.entries({ name: choice.name, ...choice.fields })) leaf(name, one, words);
      }
      lists.set(item.choice_list, holder);
    }
    return lists;
  }

  /** @param {Place[]} places
   * @param {string} at
   * @param {Node} root */
  #grow(places, at, root) {
    for (const { item, within } of places) {
      const around = within.at(-1);
      const parent = (around && this.elements.get(at + around.name)) ?? root;
      if (item.part === 'group' && item.repeat) {
        this.repeats.set(item.name, { parent, grown: 0 });
      } else {
        this.elements.set(at + item.name, leaf(item.name, parent));
      }
    }
  }

  /** Works out what is skipped and calculated, again and again until nothing changes: an import refuses circles. */
  #settle() {
    const most = this.plan.every.size + 2;
    for (let pass = 0; pass < most; pass += 1) {
      const before = this.#state();
      this.#pass(this.plan.top, '', false);
      if (before === this.#state()) return;
    }
  }

  #state() {
    return [...this.skipped].sort().join() + [...this.elements.values()].map((node) => node.text).join('\n');
  }

  /** @param {Place[]} places
   * @param {string} at
   * @param {boolean} gone */
  #pass(places, at, gone) {
    for (const { item, within, does } of places) {
      const key = at + item.name;
      let out = gone || within.some((group) => this.skipped.has(at + group.name));
      if (!out && does.relevant) {
        this.#fill(item, key, false);
        out = !truth(this.#evaluate(does.relevant, key));
      }
      if (out) this.skipped.add(key);
      else this.skipped.delete(key);
      if (item.part === 'question') this.#fill(item, key, out);
      else if (item.repeat) {
        for (let turn = 0; turn < this.turns(item); turn += 1) this.#passTurn(item, turn, out);
      }
    }
  }

  /** @param {Group} repeat
   * @param {number} turn
   * @param {boolean} out */
  #passTurn(repeat, turn, out) {
    const [places, at] = [this.plan.turns[repeat.name] ?? [], `${repeat.name}/${turn}/`];
    const stands = this.repeats.get(repeat.name);
    if (stands && stands.grown === turn) {
      stands.grown += 1;
      this.#grow(places, at, leaf(repeat.name, stands.parent));
    }
    this.#pass(places, at, out);
  }

  /** @param {import('./definition.js').Item} item
   * @param {string} key
   * @param {boolean} out */
  #fill(item, key, out) {
    const here = this.elements.get(key);
    if (!here || item.part !== 'question') return;
    const calculation = this.plan.every.get(item.name)?.does.calculate;
    if (out) here.text = '';
    else if (item.kind === 'calculate') here.text = calculation ? plain(text(this.#evaluate(calculation, key))) : '';
    else here.text = [this.given.answers[key] ?? ''].flat().join(' ');
  }

  /** @param {import('./xpath.js').Expression} expression
   * @param {string} key */
  #evaluate(expression, key) {
    const here = this.elements.get(key) ?? this.root;
    return expression({ here, current: here, top: this.top, lists: this.lists, today: this.today });
  }
}

/** What a calculation that comes to no number leaves: nothing.
 * @param {string} words */
function plain(words) {
  return ['NaN', 'Infinity', '-Infinity'].includes(words) ? '' : words;
}

/** @param {string} name
 * @param {Node | null} parent
 * @param {string} [words]
 * @returns {Node} */
function leaf(name, parent, words = '') {
  /** @type {Node} */
  const node = { name, text: words, children: [], parent };
  parent?.children.push(node);
  return node;
}

/** @param {Node} node
 * @param {string} name */
function childText(node, name) {
  return node.children.find((child) => child.name === name)?.text ?? '';
}
