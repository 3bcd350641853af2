// Takes a draft to the server over whatever line there is: photos in pieces that go on where they stopped, then the
// report under an id of the phone's own, so that nothing arrives twice. Waits for a signal as long as it takes.

import { drafts } from '/static/sign/drafts.js';

const LARGEST = 128 * 1024;
const SMALLEST = 8 * 1024;
const PATIENCE = 20_000;
const LONGEST_WAIT = 30_000;

/** Why a draft cannot go on without its author. */
export class Stopped extends Error {
  constructor(why, words) {
    super(words);
    this.why = why;
  }
}

/** Deliver a draft. `tell` hears (state, detail); returns once the server has stored it. Throws Stopped. */
export async function deliver(draft, tell) {
  let piece = LARGEST;
  for (let failures = 0; ; ) {
    try {
      await photosUp(draft, tell, () => piece, () => { failures = 0; });
      await reported(draft);
      return;
    } catch (error) {
      if (error instanceof Stopped) throw error;
      if (error.name === 'AbortError') piece = Math.max(SMALLEST, piece / 2);
      failures += 1;
      tell('waiting');
      await signal(Math.min(LONGEST_WAIT, 1000 * 2 ** failures));
    }
  }
}

async function photosUp(draft, tell, pieceSize, arrived) {
  for (const [index, photo] of draft.photos.entries()) {
    if (photo.whole) continue;
    const { bytes } = (await drafts.photo(photo.id)) || {};
    if (!bytes) throw new Stopped('photo', `第${index + 1}张照片在手机上找不到了，请删掉它再提交。`);
    let received = (await asked(`/sign/photos/${photo.id}`)).body.received;
    while (!photo.whole) {
      tell('sending', { photo: index + 1, of: draft.photos.length, share: received / bytes.byteLength });
      const end = Math.min(bytes.byteLength, received + pieceSize());
      const url = `/sign/photos/${photo.id}?offset=${received}&size=${bytes.byteLength}`;
      const { status, body } = await asked(url, { method: 'PUT', body: bytes.slice(received, end) });
      if (status === 422) throw new Stopped('photo', `第${index + 1}张：${body.words}`);
      received = body.received;
      photo.whole = Boolean(body.whole);
      arrived();
    }
    await drafts.keep(draft);
  }
}

async function reported(draft) {
  const { status, body } = await asked('/sign/reports', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      id: draft.report,
      project: draft.code,
      text: draft.text,
      photos: draft.photos.map((photo) => photo.id),
      place: draft.place,
      age: Math.max(0, (Date.now() - draft.pressed) / 1000),
    }),
  });
  if (status === 409) {
    for (const photo of draft.photos) photo.whole = photo.whole && !body.missing.includes(photo.id);
    throw new Error('photos missing');
  }
  if (status !== 200) throw new Stopped('refused', body.words || '没有送成，请改一改再提交。');
}

/** The words of the receipt once the report is dealt with, null where that takes longer than somebody waits. */
export async function receipt(report) {
  for (let tries = 0; tries < 40; tries += 1) {
    try {
      const { body } = await asked(`/sign/reports/${report}`);
      if (body.state === 'done' || body.state === 'failed') return body.words;
    } catch (error) {
      if (error instanceof Stopped) return null;
    }
    await signal(1500);
  }
  return null;
}

async function asked(url, options = {}) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE);
  try {
    const answer = await fetch(url, { ...options, signal: patience.signal });
    if (answer.status === 401) throw new Stopped('sign-in', '登录过期了，写的和拍的都还在手机上。');
    if (answer.status === 403) throw new Stopped('refused', '没有送成，请刷新页面再试。');
    if (answer.status >= 500) throw new Error('server');
    return { status: answer.status, body: await answer.json() };
  } finally {
    clearTimeout(timer);
  }
}

/** Wait so long, or until the phone says that the line is back. */
function signal(milliseconds) {
  return new Promise((resolve) => {
    const go = () => {
      clearTimeout(timer);
      removeEventListener('online', go);
      resolve();
    };
    const timer = setTimeout(go, milliseconds);
    addEventListener('online', go);
  });
}
