// What is written and photographed, kept on the phone until it has arrived. Where the browser keeps nothing
// (private windows), it lives as long as the page does.

const NAME = 'duban';
const STORES = ['drafts', 'photos'];
const memory = { drafts: new Map(), photos: new Map() };

const opening = new Promise((resolve) => {
  try {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => STORES.forEach((name) => asked.result.createObjectStore(name, { keyPath: 'id' }));
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => resolve(null);
  } catch {
    resolve(null);
  }
});

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function keep(store, item) {
  memory[store].set(item.id, item);
  const db = await opening;
  if (db) await done(db.transaction(store, 'readwrite').objectStore(store).put(item)).catch(() => {});
}

async function drop(store, id) {
  memory[store].delete(id);
  const db = await opening;
  if (db) await done(db.transaction(store, 'readwrite').objectStore(store).delete(id)).catch(() => {});
}

async function find(store, id) {
  const db = await opening;
  const kept = db && (await done(db.transaction(store).objectStore(store).get(id)).catch(() => null));
  return kept || memory[store].get(id);
}

async function everything(store) {
  const db = await opening;
  const kept = db && (await done(db.transaction(store).objectStore(store).getAll()).catch(() => null));
  return kept && kept.length ? kept : [...memory[store].values()];
}

/** An id no other phone makes; crypto.randomUUID wants https, this does not. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A draft: one report to be, `pressed` (the phone's clock, ms) once its author has sent it off. */
export function newDraft(person, code, project) {
  const id = `${person}/${code}`;
  return { id, person, code, project, report: newId(), text: '', photos: [], place: null, pressed: 0 };
}

export const drafts = {
  find: (person, code) => find('drafts', `${person}/${code}`),
  keep: (draft) => keep('drafts', draft),
  all: () => everything('drafts'),
  photo: (id) => find('photos', id),
  keepPhoto: (photo) => keep('photos', photo),
  dropPhoto: (id) => drop('photos', id),
  async drop(draft) {
    await drop('drafts', draft.id);
    await Promise.all(draft.photos.map((photo) => drop('photos', photo.id)));
  },
};
