// What the build makes of the catalogue (tools/field_words.py, build.mjs).
declare module 'words:sv' {
  const words: import('./words.js').Words;
  export default words;
}
declare module 'words:interview-sv' {
  const words: import('./words.js').Words;
  export default words;
}
declare module 'words:residents' {
  const words: import('../../interview/words.js').Catalogues;
  export default words;
}
