import { html, render } from 'lit-html';

/**
 * Stands in until the screen is built.
 * @param {{root: HTMLElement, field: any, params: Record<string, string>, go: (hash: string) => void, t: (id: string, values?: object) => string}} screen
 * @returns {() => void} stop
 */
export function show({ root }) {
  render(html``, root);
  return () => {};
}
