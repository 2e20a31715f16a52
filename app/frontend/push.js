// Asks the browser for notices on this device and hands what it gives to the form of the page. Without a service worker
// or push the button stays hidden, and the page says that mail is the way.

const form = document.querySelector('form[data-push-key]');
const capable = 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;
if (form instanceof HTMLFormElement && capable) {
  const button = form.querySelector('button');
  form.hidden = false;
  button?.addEventListener('click', async () => {
    button.disabled = true;
    try {
      await fill(form);
      form.submit();
    } catch {
      const words = document.querySelector('[data-push-refused]');
      if (words instanceof HTMLElement) words.hidden = false;
      button.disabled = false;
    }
  });
}

/** @param {HTMLFormElement} form */
async function fill(form) {
  if ((await Notification.requestPermission()) !== 'granted') throw new Error('refused');
  const { pushKey = '', worker = '', scope = '' } = form.dataset;
  const registration = await navigator.serviceWorker.register(worker, { scope });
  await active(registration);
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: pushKey,
  });
  const { endpoint, keys } = subscription.toJSON();
  set(form, 'endpoint', endpoint);
  set(form, 'public_key', keys?.p256dh);
  set(form, 'secret', keys?.auth);
}

/** @param {HTMLFormElement} form
 * @param {string} name
 * @param {string | undefined} value */
function set(form, name, value) {
  const field = form.elements.namedItem(name);
  if (!(field instanceof HTMLInputElement) || !value) throw new Error(name);
  field.value = value;
}

/** A subscription needs a worker that runs, and a first one has just begun to install.
 * @param {ServiceWorkerRegistration} registration */
async function active(registration) {
  const coming = registration.installing ?? registration.waiting;
  if (registration.active || !coming) return;
  await new Promise((done) => {
    coming.addEventListener('statechange', () => {
      if (coming.state === 'activated') done(undefined);
    });
  });
}
