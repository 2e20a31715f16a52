// What the checklist of a bundle calls things. No DOM.

/** @typedef {{ slug: string, name: string, icon?: string, positive?: boolean, help?: string, items: { slug: string, name: string }[] }} Category */

/** @param {any} bundle
 * @returns {Category[]} */
export function categoriesOf(bundle) {
  return bundle?.checklist?.categories ?? [];
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
