// Where the phone is, asked only when its owner presses the button: of the app the page is in, else of the browser.

const PATIENCE = 15_000;

/** Return {latitude, longitude, datum}, or throw. An app that is not set up for it leaves it to the browser. */
export async function currentPlace() {
  const app = await inTime(readyApp()).catch(() => null);
  return inTime(app ? app() : ofBrowser());
}

/** Return what asks the app, once it has taken our signature; null outside of apps. */
async function readyApp() {
  const address = location.href.split('#')[0];
  const answer = await fetch(`/sign/client?url=${encodeURIComponent(address)}`);
  const client = answer.ok ? await answer.json() : {};
  if (!client.app) return null;
  await loaded(client.script);
  const [side, more, ask] = client.app === 'wecom' ? [window.wx, FOR_WECOM, ofWeCom] : [window.dd, FOR_DINGTALK, ofDingTalk];
  await new Promise((resolve, reject) => {
    side.error(reject);
    side.ready(resolve);
    side.config({ ...client.config, ...more });
  });
  return ask;
}

const FOR_WECOM = { beta: true, debug: false, jsApiList: ['getLocation'] };
const FOR_DINGTALK = { type: 0, jsApiList: ['getLocation', 'device.geolocation.get'] };

function ofWeCom() {
  return new Promise((resolve, reject) => {
    const success = (found) => resolve(point(found, 'gcj02'));
    window.wx.getLocation({ type: 'gcj02', success, fail: reject, cancel: reject });
  });
}

function ofDingTalk() {
  return new Promise((resolve, reject) => {
    window.dd.getLocation({
      type: 0,
      coordinate: '1', // GCJ-02; without it the datum is the phone's own
      targetAccuracy: '100',
      withReGeocode: false,
      useCache: false,
      success: (found) => resolve(point(found, 'gcj02')),
      fail: reject,
    });
  });
}

function ofBrowser() {
  return new Promise((resolve, reject) => {
    const options = { enableHighAccuracy: true, timeout: PATIENCE, maximumAge: 0 };
    navigator.geolocation.getCurrentPosition((found) => resolve(point(found.coords, 'wgs84')), reject, options);
  });
}

function point(found, datum) {
  const place = { latitude: Number(found.latitude), longitude: Number(found.longitude), datum };
  if (!Number.isFinite(place.latitude) || !Number.isFinite(place.longitude)) throw new Error('no point');
  return place;
}

function inTime(promise) {
  const late = new Promise((_, reject) => {
    setTimeout(() => reject(new Error('late')), PATIENCE);
  });
  return Promise.race([promise, late]);
}

function loaded(source) {
  if (document.querySelector(`script[src="${source}"]`)) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = source;
    script.onload = resolve;
    script.onerror = () => {
      script.remove();
      reject(new Error('no script'));
    };
    document.head.append(script);
  });
}
