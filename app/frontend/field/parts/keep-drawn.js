// Draws a screen now and after every change, one drawing at a time.

/** @param {{ subscribe: (fn: () => void) => () => void }} field
 * @param {() => Promise<void>} draw reads what it needs and renders it
 * @returns {{ redraw: () => Promise<void>, stop: () => void }} */
export function keepDrawn(field, draw) {
  let stopped = false;
  let again = false;
  /** @type {Promise<void> | null} */
  let drawing = null;

  async function run() {
    do {
      again = false;
      await draw();
    } while (again && !stopped);
    drawing = null;
  }

  function redraw() {
    if (stopped) return Promise.resolve();
    // What changed while it was drawn is not in that drawing.
    if (drawing) again = true;
    else drawing = run();
    return drawing;
  }

  const unsubscribe = field.subscribe(redraw);
  redraw();
  return {
    redraw,
    stop() {
      stopped = true;
      unsubscribe();
    },
  };
}
