// Signing in inside DingTalk: the app gives a code, the server asks DingTalk whose it is.

const box = document.getElementById('way-in');

function say(title, words) {
  box.querySelector('h1').textContent = title;
  box.querySelector('p').textContent = words;
}

function codeOfApp() {
  return new Promise((resolve, reject) => {
    const given = (result) => resolve(result.code);
    const options = { corpId: box.dataset.corp, clientId: box.dataset.client };
    // Older clients know onSuccess, newer ones success.
    window.dd.requestAuthCode({ ...options, success: given, onSuccess: given, fail: reject, onFail: reject });
  });
}

async function enter() {
  const code = await codeOfApp();
  const answer = await fetch('/sign-in/dingtalk', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ code }),
  });
  if (answer.ok) {
    location.reload();
    return;
  }
  const said = await answer.json();
  say(said.title, said.words);
}

enter().catch(() => say('没有登录成', '请看看信号，再扫一次码；或者给督办助手发「看板」。'));
