// A stand-in of DingTalk's script client. `window.simulatedApp(name, options)` is the app's side of it.
(() => {
  let ready = () => {};
  let failed = () => {};
  const call = (name, options, plain) => {
    window.simulatedApp(name, plain).then(
      (said) => (said.ok ? options.success(said.result) : options.fail({ errorCode: said.code, errorMessage: 'refused' })),
    );
  };
  window.dd = {
    config(options) {
      window.simulatedApp('dd.config', { ...options, url: location.href }).then(
        (said) => (said.ok ? ready() : failed({ errorCode: 52013 })),
      );
    },
    ready(then) { ready = then; },
    error(then) { failed = then; },
    requestAuthCode(options) {
      call('dd.requestAuthCode', options, { corpId: options.corpId, clientId: options.clientId });
    },
    getLocation(options) {
      call('dd.getLocation', options, { coordinate: options.coordinate, useCache: options.useCache });
    },
  };
})();
