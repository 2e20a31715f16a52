// Tells listeners in this tab and in the others that something has changed, many changes as one.

const WAIT_MS = 20;

/** @param {{ channel: BroadcastChannel | null, heard: () => void }} world heard: another tab has changed something */
export function makeNotices({ channel, heard }) {
  /** @type {Set<() => void>} */
  const listeners = new Set();
  /** @type {ReturnType<typeof setTimeout> | null} */
  let timer = null;

  function tell() {
    timer ??= setTimeout(() => {
      timer = null;
      for (const listener of listeners) listener();
    }, WAIT_MS);
  }

  if (channel) {
    channel.onmessage = () => {
      heard();
      tell();
    };
  }
  return {
    changed() {
      channel?.postMessage('changed');
      tell();
    },
    /** @param {() => void} listener
     * @returns {() => void} stops telling it */
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      if (timer !== null) clearTimeout(timer);
      listeners.clear();
      channel?.close();
    },
  };
}
