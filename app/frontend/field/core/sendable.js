// The data of an operation in the form in which the server takes it: known fields only, and "nothing" in its own words.

import { FIELDS } from './findings-shown.js';

/** @typedef {import('./types.js').OperationType} OperationType */
/** @typedef {import('./types.js').Participant} Participant */

/** Fields in which nothing is said by an empty text; in the others it is said by null. */
const TEXTS = new Set(['category', 'item', 'place_words', 'asset_number', 'title', 'description', 'size', 'note']);

/** @type {Record<OperationType, string[]>} */
const KNOWN = {
  'walk.start': ['site', 'light', 'weather', 'ground', 'participants'],
  'walk.update': ['light', 'weather', 'ground', 'note', 'participants', 'track'],
  'walk.finish': ['note', 'participants'],
  'finding.report': ['walk_id', 'photos', ...FIELDS],
  'finding.update': ['photos', ...FIELDS],
  'finding.withdraw': ['duplicate_of'],
  'finding.recheck': ['walk_id', 'result', 'note', 'photos'],
};

/** @param {OperationType} type
 * @param {Record<string, any>} data
 * @returns {Record<string, any>} */
export function sendable(type, data) {
  const fields = KNOWN[type].filter((field) => data[field] !== undefined);
  return Object.fromEntries(fields.map((field) => [field, asTaken(field, data[field])]));
}

/** @param {string} field
 * @param {any} value */
function asTaken(field, value) {
  if (TEXTS.has(field)) return value ?? '';
  if (field === 'positive') return Boolean(value);
  if (field === 'participants') return (value ?? []).map(withoutName);
  return value === '' ? null : value;
}

/** @param {Participant} participant */
function withoutName({ organisation_id, role, people }) {
  return { organisation_id, role, people };
}
