// A conflict's values in words: the names of the fields and of what stands in them.

import { categoryOf } from '../parts/checklist-words.js';
import { t } from '../words/words.js';

/** @param {string} name of a field */
export function nameWords(name) {
  switch (name) {
    case 'category':
      return t('Category');
    case 'item':
      return t('What of it');
    case 'title':
      return t('Title');
    case 'description':
      return t('Description');
    case 'severity':
      return t('Severity');
    case 'place_words':
      return t('The place in words');
    case 'asset_number':
      return t('Number on the lamp post or cabinet');
    case 'size':
      return t('Size');
    case 'unsafe_day':
      return t('Unsafe by day');
    case 'unsafe_evening':
      return t('Unsafe in the evening');
    case 'positive':
      return t('Worth keeping');
    case 'hate':
      return t('Graffiti with hate or threats');
    default:
      return name;
  }
}

/** @param {string} severity */
function severityWords(severity) {
  switch (severity) {
    case 'acute':
      return t('Acute');
    case 'high':
      return t('High');
    case 'medium':
      return t('Medium');
    case 'low':
      return t('Low');
    default:
      return severity;
  }
}

/** The rows to compare: one per field, but latitude and longitude together.
 * @param {any} bundle
 * @param {Record<string, any>} values mine or theirs
 * @returns {[string, string][]} name and value in words */
export function rowsOf(bundle, values) {
  /** @type {[string, string][]} */
  const rows = [];
  for (const [name, value] of Object.entries(values)) {
    if (name === 'lat' || name === 'accuracy_m') continue;
    if (name === 'lon') {
      const here = value == null ? '–' : `${Number(values.lat).toFixed(5)}, ${Number(value).toFixed(5)}`;
      rows.push([t('Position'), here]);
    } else rows.push([nameWords(name), valueWords(bundle, values, name)]);
  }
  return rows;
}

/** @param {any} bundle
 * @param {Record<string, any>} values
 * @param {string} name */
function valueWords(bundle, values, name) {
  const value = values[name];
  if (value == null || value === '') return '–';
  if (name === 'severity') return severityWords(value);
  if (name === 'category') return categoryOf(bundle, value)?.name ?? String(value);
  if (name === 'item') {
    const category = categoryOf(bundle, values.category);
    return category?.items.find(({ slug }) => slug === value)?.name ?? String(value);
  }
  if (typeof value === 'boolean') return value ? t('Yes') : t('No');
  return String(value);
}
