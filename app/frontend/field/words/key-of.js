/** A short name for a sentence, so that the catalogue need not repeat all of the English that stands in the code.
 * The build refuses two sentences of one name.
 * @param {string} sentence
 * @returns {string} */
export function keyOf(sentence) {
  let hash = 0;
  for (const letter of sentence) hash = (Math.imul(hash, 33) ^ letter.charCodeAt(0)) >>> 0;
  return hash.toString(36).slice(-5);
}
