/* Compares a file of the reader's with the digest of the file that was given out. Nothing is sent anywhere.

   The digest is reckoned piece by piece by js-sha256: crypto.subtle wants the whole file in memory, and is missing on pages
   that come over plain http, as they do in many offices. */
(function () {
  "use strict";

  const box = document.getElementById("verify");
  if (!box || typeof sha256 !== "function") return;
  const input = document.getElementById("verify-file");
  const bar = document.getElementById("verify-progress");
  const result = document.getElementById("verify-result");
  const PIECE = 4 * 1024 * 1024;
  let turn = 0; // a second file chosen while the first is read puts that one aside

  const say = function (look, sign, text, more) {
    const notice = document.createElement("div");
    notice.className = "notice " + look;
    const word = document.createElement("b");
    word.textContent = sign;
    notice.append(word, " " + text);
    if (more) {
      const line = document.createElement("div");
      line.className = "small digest";
      line.textContent = more;
      notice.append(line);
    }
    result.replaceChildren(notice);
  };

  const digestOf = async function (file, mine) {
    const found = sha256.create();
    for (let at = 0; at < file.size; at += PIECE) {
      found.update(await file.slice(at, at + PIECE).arrayBuffer());
      if (mine !== turn) return null;
      bar.value = Math.min(100, ((at + PIECE) * 100) / file.size);
    }
    return found.hex();
  };

  const compare = async function (file) {
    const mine = ++turn;
    bar.value = 0;
    bar.hidden = false;
    say("info", "…", "正在计算“" + file.name + "”。");
    let digest = null;
    try {
      digest = await digestOf(file, mine);
    } catch (error) {
      if (mine === turn) say("missed", "■ 读不出", "浏览器读不出“" + file.name + "”。请换一个文件，或按下面的办法自己计算。");
    }
    if (mine !== turn) return;
    bar.hidden = true;
    if (digest === null) return;
    if (digest === box.dataset.sha256) {
      say("met", "✓ 一致", "“" + file.name + "”与出具的文件逐字节相同。");
    } else if (String(file.size) !== box.dataset.size) {
      say("missed", "■ 不一致", "“" + file.name + "”有 " + file.size + " 字节，出具的是 " + box.dataset.size + " 字节，不是同一个文件。", "它的 SHA-256：" + digest);
    } else {
      say("missed", "■ 不一致", "“" + file.name + "”大小相同而内容不同，可能被改动过。", "它的 SHA-256：" + digest);
    }
  };

  box.hidden = false;
  document.getElementById("verify-by-hand").open = false;
  input.addEventListener("change", function () {
    if (input.files.length) compare(input.files[0]);
    input.value = ""; // the same file may be chosen again
  });
  // A file dropped beside the box would otherwise be opened in place of the page.
  document.addEventListener("dragover", function (event) {
    event.preventDefault();
    box.classList.add("is-over");
  });
  document.addEventListener("dragleave", function (event) {
    if (event.relatedTarget === null) box.classList.remove("is-over");
  });
  document.addEventListener("drop", function (event) {
    event.preventDefault();
    box.classList.remove("is-over");
    if (event.dataTransfer && event.dataTransfer.files.length) compare(event.dataTransfer.files[0]);
  });
})();
