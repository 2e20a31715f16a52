// What the checklist of a bundle calls things, in the language in force. No DOM.

import { language } from '../words/words.js';

/** @typedef {{ slug: string, name: string, name_en?: string, acute?: boolean }} Item */
/** @typedef {Item & { icon?: string, positive?: boolean, active?: boolean, help?: string, help_en?: string, items: Item[] }} Category */

/** @template {Item} T
 * @param {T} named
 * @returns {T} in Swedish where there is no English */
function inLanguage(named) {
  return language() === 'en' && named.name_en ? { ...named, name: named.name_en } : named;
}

/** @param {any} bundle
 * @returns {Category[]} */
export function categoriesOf(bundle) {
  /** @type {Category[]} */
  const categories = bundle?.checklist?.categories ?? [];
  return categories.map((category) => {
    const help = (language() === 'en' && category.help_en) || category.help;
    return { ...inLanguage(category), help, items: category.items.map(inLanguage) };
  });
}

/** What to read the checklist from: the walk's own bundle, else what every visit to the app brings along, else any other
 * bundle in the phone, since all places share it.
 * @param {any} field
 * @param {any} bundle
 * @returns {Promise<any>} null where the app was never opened with a network */
export async function withChecklist(field, bundle) {
  if (bundle) return bundle;
  const checklist = (await field.me())?.checklist;
  if (checklist) return { checklist };
  for (const { id } of await field.walks()) {
    const other = await field.bundle(id);
    if (other) return { checklist: other.checklist };
  }
  return null;
}

/** @param {any} bundle
 * @param {string | null | undefined} slug */
export function categoryOf(bundle, slug) {
  return categoriesOf(bundle).find((category) => category.slug === slug) ?? null;
}

/** "Belysning: Släckt", or the title that somebody wrote.
 * @param {any} bundle
 * @param {{ title?: string | null, category?: string | null, item?: string | null }} data
 * @param {string} otherwise */
export function findingWords(bundle, data, otherwise) {
  if (data.title) return data.title;
  const category = categoryOf(bundle, data.category);
  if (!category) return otherwise;
  const item = category.items.find(({ slug }) => slug === data.item);
  return item ? `${category.name}: ${item.name.toLocaleLowerCase()}` : category.name;
}
