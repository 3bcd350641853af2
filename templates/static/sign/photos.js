// Photos as they are sent: a small one byte for byte, a large one made smaller, its EXIF (when and where) carried over.

const SMALL = 3 * 1024 * 1024;
const LONG_SIDE = 2560;
const QUALITY = 0.85;

/** Return the bytes to send of a chosen file. */
export async function prepared(file) {
  const original = await file.arrayBuffer();
  if (file.size <= SMALL || file.type !== 'image/jpeg') return { bytes: original, type: file.type };
  try {
    const smaller = await shrunk(file);
    const bytes = withExif(original, await smaller.arrayBuffer());
    return bytes.byteLength < original.byteLength ? { bytes, type: 'image/jpeg' } : { bytes: original, type: file.type };
  } catch {
    return { bytes: original, type: file.type };
  }
}

async function shrunk(file) {
  const image = await createImageBitmap(file);
  const scale = Math.min(1, LONG_SIDE / Math.max(image.width, image.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(image.width * scale);
  canvas.height = Math.round(image.height * scale);
  canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no blob'))), 'image/jpeg', QUALITY);
  });
}

/** Put the EXIF segment of one JPEG into another whose pixels already stand upright. */
function withExif(original, smaller) {
  const segment = exifOf(new DataView(original));
  if (!segment) return smaller;
  const upright = standingUpright(original.slice(segment.start, segment.end));
  return joined(smaller.slice(0, 2), upright, smaller.slice(2));
}

function exifOf(view) {
  let at = 2;
  while (at + 4 < view.byteLength && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    const end = at + 2 + view.getUint16(at + 2);
    if (marker === 0xe1 && view.getUint32(at + 4) === 0x45786966) return { start: at, end };
    if (marker === 0xda) return null;
    at = end;
  }
  return null;
}

function standingUpright(segment) {
  const view = new DataView(segment);
  const tiff = 10; // marker, length, "Exif\0\0"
  const little = view.getUint16(tiff) === 0x4949;
  const first = tiff + view.getUint32(tiff + 4, little);
  const count = view.getUint16(first, little);
  for (let i = 0; i < count; i += 1) {
    const entry = first + 2 + 12 * i;
    if (view.getUint16(entry, little) === 0x0112) view.setUint16(entry + 8, 1, little);
  }
  return segment;
}

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(new Uint8Array(part), at);
    at += part.byteLength;
  }
  return whole.buffer;
}
