// Where the phone is, asked only when its owner presses the button: of the app the page is in, else of the browser.

const PATIENCE = 15_000;

/** Return {latitude, longitude, datum}, or throw. */
export async function currentPlace() {
  const address = location.href.split('#')[0];
  const answer = await fetch(`/sign/client?url=${encodeURIComponent(address)}`);
  if (!answer.ok) throw new Error('no client');
  const client = await answer.json();
  if (!client.app) return ofBrowser();
  await loaded(client.script);
  return inTime(client.app === 'wecom' ? ofWeCom(client.config) : ofDingTalk(client.config));
}

function ofWeCom(config) {
  return new Promise((resolve, reject) => {
    window.wx.error(reject);
    window.wx.ready(() => {
      window.wx.getLocation({
        type: 'gcj02',
        success: (found) => resolve(point(found, 'gcj02')),
        fail: reject,
        cancel: reject,
      });
    });
    window.wx.config({ beta: true, debug: false, ...config, jsApiList: ['getLocation'] });
  });
}

function ofDingTalk(config) {
  return new Promise((resolve, reject) => {
    const found = (result) => resolve(point(result, 'gcj02'));
    window.dd.error(reject);
    window.dd.ready(() => {
      window.dd.getLocation({
        type: 0,
        coordinate: '1', // GCJ-02; without it the datum is the phone's own
        targetAccuracy: '100',
        withReGeocode: false,
        useCache: false,
        success: found,
        fail: reject,
      });
    });
    window.dd.config({ ...config, type: 0, jsApiList: ['getLocation', 'device.geolocation.get'] });
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
