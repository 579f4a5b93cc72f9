/* The grid of readings: arrows and Enter move, a block from a spreadsheet goes where it belongs, the server says what is
   wrong with every cell at once, and keeps what is typed until it is saved. Without this script the form works all the same. */
(function () {
  "use strict";

  const form = document.querySelector("form[data-grid]");
  if (!form) return;
  const rows = Array.from(form.querySelectorAll("tbody tr")).map(function (row) {
    return Array.from(row.querySelectorAll("input.cell"));
  });
  const cells = rows.flat();
  const TYPING = 1000; // ms without a key before what is typed is kept
  const RETRY = [2000, 4000, 8000, 15000, 30000];
  const state = document.getElementById("grid-state");
  const told = document.getElementById("grid-told");
  const isOffer = form.hasAttribute("data-offers"); // what was kept comes first: taken up or thrown away
  const basis = JSON.parse(form.elements.namedItem("basis").value); // what stood in the cells before anything was typed
  const choose = window.shell.choose;
  const clashes = new Map(); // cell → what somebody else stored there meanwhile
  let kept = form.hasAttribute("data-kept") || !changed().length ? said() : null;
  let keptAt = form.dataset.kept || "";
  let timer = 0;
  let busy = false;
  let tries = 0;
  let bad = cells.filter(function (cell) { return cell.classList.contains("bad"); }).length;
  let fault = "";
  let elsewhere = null; // another window's draft of this grid: {mark, at, count}
  let leaving = false;
  let then = null; // what a button asked for while a save was under way

  function key(cell) { return cell.name.slice(2); }

  function before(cell) { return basis[key(cell)] || ""; }

  function changed() {
    return cells.filter(function (cell) { return cell.value !== before(cell); });
  }

  function said() {
    return JSON.stringify(changed().map(function (cell) { return [cell.name, cell.value]; }));
  }

  function say(css, text) {
    if (state.className === css && state.textContent === text) return;
    state.className = css;
    state.textContent = text;
  }

  function place(cell) {
    const row = rows.findIndex(function (one) { return one.includes(cell); });
    return { row: row, column: rows[row].indexOf(cell) };
  }

  // Keyboard -----------------------------------------------------------------------------------------------

  function go(row, column) {
    const next = rows[row] && rows[row][column];
    if (!next) return false;
    next.focus();
    next.select();
    return true;
  }

  form.addEventListener("keydown", function (event) {
    const cell = event.target;
    if (!cell.matches("input.cell") || event.isComposing || event.altKey || event.metaKey) return;
    const at = place(cell);
    const start = cell.selectionEnd === 0;
    const end = cell.selectionStart === cell.value.length;
    const whole = cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;
    let moved = false;
    if (event.key === "Enter") {
      event.preventDefault(); // never sends the form
      const step = event.shiftKey ? -1 : 1;
      moved = go(at.row + step, at.column) || go(step > 0 ? 0 : rows.length - 1, at.column + step);
    } else if (event.key === "ArrowDown") moved = go(event.ctrlKey ? rows.length - 1 : at.row + 1, at.column);
    else if (event.key === "ArrowUp") moved = go(event.ctrlKey ? 0 : at.row - 1, at.column);
    else if (event.key === "ArrowRight" && (end || whole) && !event.shiftKey) moved = go(at.row, at.column + 1);
    else if (event.key === "ArrowLeft" && (start || whole) && !event.shiftKey) moved = go(at.row, at.column - 1);
    if (moved) event.preventDefault();
  });

  // A block from a spreadsheet -----------------------------------------------------------------------------

  function split(text) {
    const found = [[]];
    let at = 0;
    while (at <= text.length) {
      let value = "";
      const quoted = text[at] === '"' && /^"((?:[^"]|"")*)"(?=[\t\r\n]|$)/.exec(text.slice(at));
      if (quoted) {
        value = quoted[1].replace(/""/g, '"');
        at += quoted[0].length;
      } else {
        const bare = /^[^\t\r\n]*/.exec(text.slice(at))[0];
        value = bare;
        at += bare.length;
      }
      found[found.length - 1].push(value);
      if (text[at] === "\t") at += 1;
      else if (at >= text.length) break;
      else {
        at += text.startsWith("\r\n", at) ? 2 : 1;
        if (at >= text.length) break;
        found.push([]);
      }
    }
    return found;
  }

  form.addEventListener("paste", function (event) {
    const cell = event.target;
    if (isOffer || !cell.matches("input.cell") || !event.clipboardData) return;
    const text = event.clipboardData.getData("text/plain");
    if (!/[\t\r\n]/.test(text.replace(/(\r\n|\r|\n)$/, ""))) return; // one cell: the browser does it
    event.preventDefault();
    const at = place(cell);
    let put = 0;
    let outside = 0;
    split(text).forEach(function (line, down) {
      line.forEach(function (value, right) {
        const target = rows[at.row + down] && rows[at.row + down][at.column + right];
        if (!target) outside += value.trim() ? 1 : 0;
        else {
          target.value = value.trim();
          put += 1;
        }
      });
    });
    notice(outside ? "margin" : "info", "粘贴了 " + put + " 格" + (outside ? "，有 " + outside + " 格超出表格，没有放进去。" : "。"));
    soon(0);
  });

  function notice(kind, text) {
    const box = document.createElement("div");
    box.className = "notice " + kind;
    box.textContent = text;
    told.replaceChildren(box);
  }

  // Keeping ------------------------------------------------------------------------------------------------

  function soon(pause) {
    window.clearTimeout(timer);
    timer = window.setTimeout(keep, pause);
    tell();
  }

  /* What is typed goes to the server, which keeps it for this person alone and says what is wrong with it. */
  function keep() {
    window.clearTimeout(timer);
    timer = 0;
    if (busy || isOffer) return;
    const now = said();
    form.elements.namedItem("basis").value = JSON.stringify(basis);
    busy = true;
    tell();
    fetch(form.dataset.keep, {
      method: "POST", body: new FormData(form), credentials: "same-origin", headers: { Accept: "application/json" },
    }).then(function (response) {
      return response.json().then(
        function (data) { settle(response.status, data, now); },
        function () { settle(response.status, {}, now); }
      );
    }, function () { settle(0, {}, now); }).finally(function () {
      busy = false;
      const next = then;
      then = null;
      if (next) window.setTimeout(next, 0);
      else if (!fault && !elsewhere && said() !== kept) soon(TYPING); // typed on meanwhile
      tell();
    });
  }

  function settle(status, data, now) {
    elsewhere = null;
    if (status === 200) {
      fault = "";
      tries = 0;
      kept = now;
      keptAt = data.at;
      mark(data.mark);
      take(data.moved, data.clashes);
      show(data.faults);
    } else if (status === 409 && data.mark !== undefined) {
      fault = data.error;
      elsewhere = data;
    } else if (status === 0 || status >= 500) {
      fault = "网络不通，还没有暂存；填的内容还在本页";
      timer = window.setTimeout(keep, RETRY[Math.min(tries, RETRY.length - 1)]);
      tries += 1;
    } else {
      fault = data.error || "没有暂存，请复制您填的内容，刷新页面后再试";
    }
  }

  function mark(text) {
    document.querySelectorAll("input[name=mark]").forEach(function (field) { field.value = text; });
  }

  /* What somebody else stored meanwhile: taken over where the person changed nothing, else they choose. */
  function take(moved, clashing) {
    let taken = 0;
    cells.forEach(function (cell) {
      if (!(cell.name in moved)) return;
      const now = moved[cell.name];
      if (now === before(cell)) return; // settled while the answer was on its way
      if (clashing.includes(cell.name)) return showClash(cell, now);
      if (cell.value === before(cell)) {
        cell.value = now;
        taken += 1;
      }
      basis[key(cell)] = now;
    });
    if (taken) notice("info", "有 " + taken + " 格刚才存进了新值，您没有改过，已更新。");
  }

  function showClash(cell, now) {
    const box = document.getElementById(cell.name + "-clash");
    if (clashes.get(cell) === now) return;
    clashes.set(cell, now);
    box.setAttribute("role", "alert");
    box.replaceChildren("▲ 现在是 " + (now || "空白") + "（您填时是 " + (before(cell) || "空白") + "） ",
      choose("用我填的", function () { resolve(cell, cell.value); }),
      choose("用现在的", function () { resolve(cell, now); }));
  }

  function resolve(cell, text) {
    basis[key(cell)] = clashes.get(cell);
    clashes.delete(cell);
    cell.value = text;
    document.getElementById(cell.name + "-clash").replaceChildren();
    cell.focus();
    kept = null;
    soon(0);
  }

  function show(faults) {
    cells.forEach(function (cell) {
      const words = faults[cell.name];
      cell.classList.toggle("bad", Boolean(words));
      if (words) cell.setAttribute("aria-invalid", "true");
      else cell.removeAttribute("aria-invalid");
      document.getElementById(cell.name + "-told").textContent = words ? "■ " + words : "";
    });
    bad = Object.keys(faults).length;
  }

  function tell() {
    const count = changed().length;
    const own = "改了 " + count + " 格";
    if (fault) {
      say("late", "! " + fault);
      if (elsewhere) offerElsewhere();
      else state.append(" ", choose("重试", keep));
    } else if (clashes.size) {
      say("warn", "▲ " + clashes.size + " 格刚才存进了别的值，请选用哪一个");
    } else if (busy || said() !== kept) {
      say("muted", "… " + own + "，未暂存");
    } else if (bad) {
      say("late", "■ " + bad + " 格要改正" + (count ? "；" + own + "，已暂存 " + keptAt : ""));
    } else if (count) {
      say("ok", "✓ " + own + "，已暂存 " + keptAt + "，还没有保存");
    } else {
      say(keptAt ? "ok" : "muted", keptAt ? "✓ 没有改动" : "还没有改动");
    }
  }

  function offerElsewhere() {
    const there = elsewhere;
    state.append(" ", choose("用这里的", function () {
      mark(there.mark);
      fault = "";
      kept = null;
      keep();
    }));
    if (there.count) {
      state.append(" ", choose("看那边的（" + there.count + " 格，" + there.at + "）", function () {
        leaving = true;
        window.location.assign(form.dataset.again);
      }));
    }
  }

  form.addEventListener("input", function () { soon(TYPING); });
  window.addEventListener("online", function () { if (fault && !elsewhere) keep(); });
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden" && !elsewhere && said() !== kept) keep();
  });

  // Leaving ------------------------------------------------------------------------------------------------

  window.addEventListener("beforeunload", function (event) {
    if (!leaving && !isOffer && (fault || said() !== kept)) event.preventDefault();
  });

  /* A button waits for what is being kept, and goes on from there. Asked before the shell marks the form as sent, which
     it may be only once. */
  document.addEventListener("submit", function (event) {
    const asked = event.target, button = event.submitter;
    window.clearTimeout(timer);
    if (busy) {
      event.preventDefault();
      then = function () { asked.requestSubmit(button); };
    } else if (asked === form && clashes.size) {
      event.preventDefault();
      tell();
      clashes.keys().next().value.focus();
    } else if (asked !== form && !fault && said() !== kept) { // another period, signing out
      event.preventDefault();
      then = function () { asked.requestSubmit(button); };
      keep();
    } else {
      form.elements.namedItem("basis").value = JSON.stringify(basis);
      leaving = asked === form || Boolean(asked.elements.namedItem("mark"));
    }
  }, true);

  // Begin --------------------------------------------------------------------------------------------------

  cells.forEach(function (cell) {
    if (cell.dataset.now === undefined) return;
    basis[key(cell)] = cell.dataset.before;
    showClash(cell, cell.dataset.now);
  });
  const wrong = cells.find(function (cell) { return cell.classList.contains("bad") || clashes.has(cell); });
  if (wrong) wrong.focus();
  if (isOffer) return;
  if (said() === kept) tell();
  else soon(0); // typed before, and not kept yet
})();
