// What the last page sends, and how long to wait before it is tried again.

const FIRST = 2000;
const LONGEST = 60_000;

/** The hidden fields of the last page as the server takes them whole.
 * @param {URLSearchParams} values */
export function answersOf(values) {
  const said = (/** @type {string} */ name) => values.get(name) ?? '';
  return {
    id: said('id'),
    wave: said('wave'),
    answers: JSON.parse(said('answers') || '{}'),
    language: said('lang'),
    via: said('via'),
    kod: said('kod'),
    prov: said('prov'),
  };
}

/** Whether a form brings a file, which goes only as the form itself.
 * @param {FormData} values */
export function isFile(values) {
  return [...values.values()].some((value) => typeof value !== 'string');
}

/** Twice as long as before, up to a minute, and never for all phones at once.
 * @param {number} before milliseconds */
export function longerWait(before) {
  return Math.min(LONGEST, before * 2 || FIRST) * (0.75 + Math.random() / 2);
}
