/* The grid of readings: arrows and Enter move, a block from a spreadsheet goes where it belongs, the server says what is
   wrong with every cell at once. Without this script the form works all the same. */
(function () {
  "use strict";

  const form = document.querySelector("form[data-grid]");
  if (!form) return;
  const rows = Array.from(form.querySelectorAll("tbody tr")).map(function (row) {
    return Array.from(row.querySelectorAll("input.cell"));
  });
  const cells = rows.flat();
  const first = new Map(cells.map(function (cell) { return [cell, cell.value]; }));
  const state = document.getElementById("grid-state");
  const told = document.getElementById("grid-told");
  let asking = null;
  let timer = 0;
  let leaving = false;

  function changed() {
    return cells.filter(function (cell) { return cell.value !== first.get(cell); }).length;
  }

  function say(css, text) {
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
    if (!cell.matches("input.cell") || !event.clipboardData) return;
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
    check();
  });

  function notice(kind, text) {
    const box = document.createElement("div");
    box.className = "notice " + kind;
    box.textContent = text;
    told.replaceChildren(box);
  }

  // What the server finds ----------------------------------------------------------------------------------

  function check() {
    window.clearTimeout(timer);
    if (asking) asking.abort();
    const mine = new AbortController();
    asking = mine;
    say("muted", "核对中…");
    fetch(form.dataset.check, {
      method: "POST", body: new FormData(form), credentials: "same-origin", signal: mine.signal,
      headers: { Accept: "application/json" },
    }).then(function (response) {
      return response.json().then(function (data) { return { ok: response.ok, data: data }; });
    }).then(function (answer) {
      if (!answer.ok) return say("late", "! " + (answer.data.error || "没有核对成"));
      show(answer.data.faults);
    }).catch(function (error) {
      if (error.name !== "AbortError") say("late", "! 网络不通，还没有核对；填的内容还在");
    });
  }

  function show(faults) {
    cells.forEach(function (cell) {
      const words = faults[cell.name];
      cell.classList.toggle("bad", Boolean(words));
      if (words) cell.setAttribute("aria-invalid", "true");
      else cell.removeAttribute("aria-invalid");
      document.getElementById(cell.name + "-told").textContent = words ? "■ " + words : "";
    });
    const bad = Object.keys(faults).length;
    if (bad) say("late", "■ " + bad + " 格要改正");
    else say("ok", changed() ? "✓ 改了 " + changed() + " 格，还没有保存" : "✓ 没有改动");
  }

  form.addEventListener("input", function () {
    say("muted", "改了 " + changed() + " 格，还没有保存");
    window.clearTimeout(timer);
    timer = window.setTimeout(check, 600);
  });

  // Leaving ------------------------------------------------------------------------------------------------

  form.addEventListener("submit", function () { leaving = true; });
  window.addEventListener("beforeunload", function (event) {
    if (!leaving && changed()) event.preventDefault();
  });

  const wrong = cells.find(function (cell) { return cell.classList.contains("bad"); });
  if (wrong) {
    say("late", "■ " + cells.filter(function (cell) { return cell.classList.contains("bad"); }).length + " 格要改正");
    wrong.focus();
  }
})();
