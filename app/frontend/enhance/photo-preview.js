// Shows what was chosen before it is sent: <input type="file" data-photo-preview>. Drawn on a canvas, so that the
// page needs no blob: in its security policy. A format the browser can't decode is listed by name.

const WIDTH = 192;
const HEIGHT = 144;

/** @param {File} file
 * @param {string} language */
export function describeFile(file, language) {
  const megabytes = new Intl.NumberFormat(language, { maximumFractionDigits: 1, minimumFractionDigits: 1 });
  return `${file.name} · ${megabytes.format(file.size / 1_000_000)} MB`;
}

/** Where a picture lies to cover a frame wholly, centred.
 * @param {number} width
 * @param {number} height
 * @param {number} frameWidth
 * @param {number} frameHeight */
export function cover(width, height, frameWidth, frameHeight) {
  const scale = Math.max(frameWidth / width, frameHeight / height);
  const [w, h] = [width * scale, height * scale];
  return { x: (frameWidth - w) / 2, y: (frameHeight - h) / 2, width: w, height: h };
}

/** @param {File} file */
async function thumbnail(file) {
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  canvas.setAttribute('aria-hidden', 'true');
  const picture = await createImageBitmap(file);
  const place = cover(picture.width, picture.height, WIDTH, HEIGHT);
  canvas.getContext('2d')?.drawImage(picture, place.x, place.y, place.width, place.height);
  picture.close();
  return canvas;
}

/** @param {HTMLInputElement} input
 * @param {HTMLElement} list */
async function show(input, list) {
  list.replaceChildren();
  // One at a time: ten photos decoded at once are more than a small phone has room for.
  for (const file of input.files ?? []) {
    const item = document.createElement('li');
    item.textContent = describeFile(file, document.documentElement.lang);
    list.append(item);
    try {
      item.prepend(await thumbnail(file));
    } catch {
      // Not decodable here (HEIC, or no picture at all): the server says what it thinks of it.
    }
  }
}

/** Puts a list of thumbnails after every marked file input. */
export function previewPhotos() {
  for (const input of document.querySelectorAll('input[type=file][data-photo-preview]')) {
    if (!(input instanceof HTMLInputElement)) continue;
    const list = document.createElement('ul');
    list.className = 'photo-preview';
    list.setAttribute('aria-live', 'polite');
    input.after(list);
    input.addEventListener('change', () => show(input, list));
  }
}
