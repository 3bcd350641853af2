// The page of one project: a draft that survives everything, and one button.

import { deliver, receipt, Stopped } from '/static/sign/deliver.js';
import { drafts, newDraft, newId } from '/static/sign/drafts.js';
import { prepared } from '/static/sign/photos.js';
import { currentPlace } from '/static/sign/place.js';

const MOST_PHOTOS = 30;
const form = document.getElementById('report');
const words = document.getElementById('words');
const list = document.getElementById('photos');
const status = document.getElementById('status');
const send = document.getElementById('send');
const place = document.getElementById('place');
const paper = document.getElementById('receipt');

// Without a signal the page comes from the phone and knows only its address, and who used it last.
const code = form.dataset.code || decodeURIComponent(location.pathname.replace(/^\/p\//, ''));
const person = form.dataset.person || localStorage.getItem('duban-person') || '';
let draft = newDraft(person, code, form.dataset.project || '');
let preparing = 0; // photos chosen and not yet kept: what is sent off before they are would leave them behind

function say(text, tone = '') {
  status.textContent = text;
  status.dataset.tone = tone;
}

const DELIVERY = {
  waiting: () => say('已存在手机上，等信号…', 'waiting'),
  sending: ({ photo, of, share }) => say(`正在送：照片${photo}/${of}，${Math.round(share * 100)}%`, 'waiting'),
};

function lock(locked) {
  for (const control of [words, send, place, ...form.querySelectorAll('input, li button')]) control.disabled = locked;
  form.classList.toggle('locked', locked);
}

function showPlace() {
  place.textContent = draft.place ? '已附位置 ✕' : '附上位置';
  place.setAttribute('aria-pressed', String(Boolean(draft.place)));
}

async function showPhotos() {
  const items = await Promise.all(draft.photos.map(async ({ id }, index) => {
    const photo = await drafts.photo(id);
    const item = document.createElement('li');
    const image = document.createElement('img');
    image.alt = `照片${index + 1}`;
    if (photo) {
      image.src = URL.createObjectURL(new Blob([photo.bytes], { type: photo.type }));
      image.onload = () => URL.revokeObjectURL(image.src);
    }
    const remove = document.createElement('button');
    remove.type = 'button';
    remove.textContent = '✕';
    remove.setAttribute('aria-label', `删掉照片${index + 1}`);
    remove.onclick = () => removePhoto(id);
    item.append(image, remove);
    return item;
  }));
  list.replaceChildren(...items);
}

async function removePhoto(id) {
  draft.photos = draft.photos.filter((photo) => photo.id !== id);
  await drafts.keep(draft);
  await drafts.dropPhoto(id);
  await showPhotos();
}

async function addPhotos(files) {
  const room = MOST_PHOTOS - draft.photos.length;
  preparing += 1;
  try {
    for (const file of files.slice(0, room)) {
      const photo = { id: newId(), ...(await prepared(file)) };
      await drafts.keepPhoto(photo);
      draft.photos.push({ id: photo.id, whole: false });
      await drafts.keep(draft);
    }
  } finally {
    preparing -= 1;
  }
  await showPhotos();
  say(files.length > room ? `一次最多${MOST_PHOTOS}张，多的没有加。` : '草稿已存在手机上');
}

async function togglePlace() {
  const asking = draft;
  if (asking.place) {
    asking.place = null;
  } else {
    say('正在取位置…');
    const found = await currentPlace().catch(() => null);
    if (asking !== draft || asking.pressed) return; // sent off without it meanwhile
    asking.place = found;
    say(found ? '位置已附上' : '没拿到位置，不附也可以提交。');
  }
  await drafts.keep(asking);
  showPlace();
}

function press(event) {
  event.preventDefault();
  if (draft.pressed) return;
  if (preparing) {
    say('照片还在处理，稍等一下再提交。');
    return;
  }
  draft.text = words.value.trim();
  if (!draft.text && !draft.photos.length && !draft.place) {
    say('请写一句话，或者拍张照片、附上位置。');
    words.focus();
    return;
  }
  draft.pressed = Date.now();
  drafts.keep(draft);
  sendOff();
}

async function sendOff() {
  lock(true);
  paper.hidden = true;
  say(navigator.onLine ? '正在送…' : '已存在手机上，等信号…', 'waiting');
  try {
    await deliver(draft, (state, detail) => DELIVERY[state](detail));
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    await stopped(error);
    return;
  }
  const sent = draft;
  draft = newDraft(person, code, sent.project);
  await drafts.drop(sent);
  await show();
  say('已送达', 'done');
  showReceipt(await receipt(sent.report));
}

async function stopped(error) {
  say(error.message, 'wrong');
  if (error.why === 'sign-in') {
    const again = document.createElement('button');
    again.type = 'button';
    again.textContent = '重新登录';
    again.onclick = () => location.reload();
    status.append(again);
    return; // what was pressed stays pressed: it goes on after signing in
  }
  draft.pressed = 0;
  await drafts.keep(draft);
  lock(false);
}

function showReceipt(lines) {
  const told = lines && lines.length ? lines : ['已送达，结果会发到和督办助手的聊天里。'];
  const title = document.createElement('h2');
  title.textContent = '回执';
  const texts = told.map((text) => {
    const line = document.createElement('p');
    line.textContent = text;
    return line;
  });
  const next = document.createElement('p');
  next.className = 'note';
  next.textContent = '聊天里也有一份；要改、要答，在聊天里回它。';
  paper.replaceChildren(title, ...texts, next);
  paper.hidden = false;
  paper.scrollIntoView({ behavior: 'smooth', block: 'nearest' });
}

async function show() {
  words.value = draft.text;
  showPlace();
  await showPhotos();
  lock(Boolean(draft.pressed));
}

/** What was pressed on other projects' pages and never arrived goes on from here. */
async function sendOthers() {
  for (const other of await drafts.all()) {
    if (other.pressed && other.person === person && other.id !== draft.id) {
      deliver(other, () => {}).then(() => drafts.drop(other), () => {});
    }
  }
}

async function begin() {
  if (form.dataset.person) localStorage.setItem('duban-person', person);
  navigator.storage?.persist?.(); // or the phone may clear drafts when it runs short
  const kept = await drafts.find(person, code);
  if (kept) draft = kept;
  const title = document.getElementById('project');
  if (title && draft.project) title.textContent = draft.project;
  await show();
  if (kept && (draft.text || draft.photos.length)) say('草稿还在，接着写');
  if (draft.pressed) sendOff();
  sendOthers();
}

words.addEventListener('input', () => {
  draft.text = words.value;
  drafts.keep(draft);
});
for (const input of form.querySelectorAll('input[type=file]')) {
  input.addEventListener('change', async () => {
    const files = [...input.files];
    input.value = '';
    await addPhotos(files);
  });
}
place.addEventListener('click', togglePlace);
form.addEventListener('submit', press);
if ('serviceWorker' in navigator) navigator.serviceWorker.register('/sign-worker.js', { scope: '/p/' }).catch(() => {});
begin();
