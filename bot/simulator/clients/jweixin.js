// A stand-in of WeCom's script client. `window.simulatedApp(name, options)` is the app's side of it.
(() => {
  let ready = () => {};
  let failed = () => {};
  window.wx = {
    config(options) {
      window.simulatedApp('wx.config', { ...options, url: location.href }).then(
        (said) => (said.ok ? ready() : failed({ errMsg: 'config:invalid signature' })),
      );
    },
    ready(then) { ready = then; },
    error(then) { failed = then; },
    getLocation(options) {
      window.simulatedApp('wx.getLocation', { type: options.type }).then(
        (said) => (said.ok ? options.success(said.result) : (options.cancel || options.fail)({ errMsg: 'getLocation:cancel' })),
      );
    },
  };
})();
