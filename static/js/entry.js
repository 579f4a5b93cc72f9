/* Filling in a report: saves by itself, tells what it is doing, moves by keyboard, takes blocks from a spreadsheet.

   A place is anything with a key: a figure cell (v12), a checklist item (c3), a text (t:progress). What a person typed stays
   in its field until the server has it; a place that could not be saved is tried again and again. */
(function () {
  "use strict";

  const form = document.querySelector("form[data-entry]");
  if (!form) return;
  const choose = window.shell.choose;
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const checked = form.hasAttribute("data-checked");
  const byId = function (id) { return document.getElementById(id); };
  const named = function (name) { return form.elements.namedItem(name); };
  const cells = Array.from(form.querySelectorAll("input[data-cell]"));
  const SIGNS = { saving: "…", saved: "✓", failed: "!" };
  const TYPING = 1500; // ms without a key before what is typed is saved
  const RETRY = [2000, 4000, 8000, 15000, 30000];

  // Places -------------------------------------------------------------------------------------------------

  /* Each knows its key, what it says now (as the server wants it), and what the server has. */
  const places = new Map();

  function say(place, state) {
    place.state = state;
    const sign = byId(place.key + "-state");
    if (sign) {
      sign.dataset.state = state;
      sign.textContent = SIGNS[state] || "";
    }
    tellFoot();
  }

  function addPlace(key, fields, read) {
    const place = { key: key, fields: fields, read: read, stored: read(), state: "", timer: 0, tries: 0, clash: null };
    places.set(key, place);
    fields.forEach(function (field) {
      field.addEventListener("input", function () { soon(place); });
      field.addEventListener("change", function () { now(place); });
    });
    return place;
  }

  cells.forEach(function (input) {
    const key = input.dataset.cell;
    const choice = named(key + "-answer");
    const reason = named(key + "-reason");
    const explanation = named(key + "-explanation");
    const place = addPlace(key, [input, choice, reason, explanation], function () {
      const said = { explanation: explanation.value.trim() };
      if (choice.value) {
        said.answer = choice.value;
        if (choice.value === "not_applicable") said.reason = reason.value.trim();
      } else {
        said.raw = input.value;
      }
      return said;
    });
    place.input = input;
    place.choice = choice;
    choice.addEventListener("change", function () {
      showAnswer(place);
      if (choice.value === "not_applicable") reason.focus();
      else if (!choice.value) input.focus();
    });
    showAnswer(place);
  });

  form.querySelectorAll("[data-item]").forEach(function (box) {
    const key = box.dataset.item;
    const radios = Array.from(box.querySelectorAll("input[type=radio]"));
    const note = named(key + "-note");
    addPlace(key, radios.concat(note), function () {
      const chosen = radios.find(function (radio) { return radio.checked; });
      return { answer: chosen ? chosen.value : "", note: note.value.trim() };
    });
  });

  form.querySelectorAll("[data-text]").forEach(function (area) {
    addPlace(area.dataset.text, [area], function () { return { text: area.value }; });
  });

  function showAnswer(place) {
    const chosen = place.choice.value;
    const words = place.choice.options[place.choice.selectedIndex].text;
    if (chosen && place.input.value) {
      place.before = place.input.value; // comes back when the person goes back to a figure
      place.input.value = "";
    }
    if (!chosen && place.before && !place.input.value) {
      place.input.value = place.before;
      place.before = "";
    }
    place.input.readOnly = Boolean(chosen);
    place.input.placeholder = chosen ? words : "";
    const reason = form.querySelector('[data-reason="' + place.key + '"]');
    reason.toggleAttribute("data-idle", chosen !== "not_applicable");
    if (chosen === "not_applicable") form.querySelector('[data-words="' + place.key + '"]').open = true;
  }

  function version(key) { return named(key + "-version"); }

  function differs(place) { return JSON.stringify(place.read()) !== JSON.stringify(place.stored); }

  // Saving -------------------------------------------------------------------------------------------------

  let busy = null; // the request under way
  const waiting = new Set();

  function soon(place) {
    window.clearTimeout(place.timer);
    place.timer = window.setTimeout(function () { now(place); }, TYPING);
    tellFoot();
  }

  function now(place) {
    window.clearTimeout(place.timer);
    place.timer = 0;
    if (place.clash || !differs(place)) {
      tellFoot();
      return;
    }
    waiting.add(place);
    say(place, "saving");
    work();
  }

  function work() {
    if (busy || !waiting.size) return;
    const place = waiting.values().next().value;
    waiting.delete(place);
    if (!differs(place)) {
      say(place, "saved");
      work();
      return;
    }
    const said = place.read();
    busy = send(form.dataset.save, Object.assign({ cell: place.key, version: version(place.key).value }, said))
      .then(function (answer) { settle(place, said, answer); })
      .finally(function () { busy = null; work(); tellFoot(); });
  }

  /* Resolves to {status, data}; status 0 when the server could not be reached. Never rejects. */
  function send(url, fields) {
    return fetch(url, {
      method: "POST",
      headers: { "X-CSRFToken": token, Accept: "application/json" },
      body: new URLSearchParams(fields),
      credentials: "same-origin",
      keepalive: true
    }).then(function (response) {
      return response.json().then(
        function (data) { return { status: response.status, data: data }; },
        function () { return { status: response.status, data: {} }; }
      );
    }, function () { return { status: 0, data: {} }; });
  }

  function settle(place, said, answer) {
    if (answer.status === 200) {
      place.tries = 0;
      place.stored = said;
      (answer.data.cells || []).forEach(take);
      (answer.data.cells || []).forEach(tellOwn);
      lastSaved = answer.data.at;
      if (place.input) checkSoon();
      say(place, "saved");
      if (differs(place)) now(place); // typed on meanwhile
    } else if (answer.status === 409 && answer.data.conflicts) {
      answer.data.conflicts.forEach(showClash);
    } else if (answer.status === 0 || answer.status >= 500) {
      say(place, "failed");
      retryLater(place);
    } else {
      say(place, "failed");
      tell(place.key, [line("cell-bad", "■ " + (answer.data.error || "没有保存，请刷新页面后重填"))]);
    }
  }

  /* A cell's own fault is told with the answer; what concerns other cells too when nothing is left to save. */
  function tellOwn(cell) {
    const place = places.get(cell.cell);
    if (!place || !place.input || cell.fault === undefined) return;
    notes.set(cell.cell, cell.note || "");
    const lines = [];
    if (cell.fault) lines.push(line("cell-bad", "■ " + cell.fault));
    else if (cell.note) lines.push(line("cell-help", cell.note));
    mark(place.input, cell.fault ? "bad" : "");
    tell(cell.cell, lines);
  }

  let checking = 0;

  function checkSoon() {
    window.clearTimeout(checking);
    checking = window.setTimeout(function () {
      if (busy || waiting.size) return checkSoon();
      fetch(form.dataset.findings, { headers: { Accept: "application/json" }, credentials: "same-origin" })
        .then(function (response) { return response.ok ? response.json() : null; })
        .then(function (data) {
          if (data && !busy && !waiting.size) showFindings(data.findings, []);
          else if (data) checkSoon();
        })
        .catch(function () { /* the next save asks again */ });
    }, 150);
  }

  function retryLater(place) {
    const pause = RETRY[Math.min(place.tries, RETRY.length - 1)];
    place.tries += 1;
    window.clearTimeout(place.timer);
    place.timer = window.setTimeout(function () { now(place); }, pause);
  }

  function retryAll() {
    places.forEach(function (place) {
      if (place.state === "failed" || differs(place)) now(place);
    });
  }

  window.addEventListener("online", retryAll);

  /* What the server says about a cell becomes the field's truth, unless the person went on typing. */
  function take(cell) {
    const place = places.get(cell.cell);
    const seen = version(cell.cell);
    if (!place || !seen) return;
    seen.value = cell.version;
    if (!place.input || cell.raw === undefined) return;
    const chosen = ["none", "not_yet", "not_applicable"].includes(cell.answer) ? cell.answer : "";
    const typedOn = document.activeElement === place.input && JSON.stringify(place.read()) !== JSON.stringify(place.stored);
    if (typedOn) return;
    place.before = "";
    place.choice.value = chosen;
    place.input.value = chosen ? "" : cell.raw;
    if (chosen === "not_applicable" && document.activeElement !== named(cell.cell + "-reason")) {
      named(cell.cell + "-reason").value = cell.reason;
    }
    showAnswer(place);
    place.stored = place.read();
  }

  // Telling ------------------------------------------------------------------------------------------------

  let lastSaved = "";

  function line(css, text) {
    const span = document.createElement("span");
    span.className = css;
    span.textContent = text;
    return span;
  }

  function tell(key, lines) {
    const told = byId(key + "-told");
    if (told) told.replaceChildren.apply(told, lines);
  }

  const notes = new Map();

  function showFindings(findings, changed) {
    changed.forEach(function (cell) { notes.set(cell.cell, cell.note || ""); });
    const concerned = new Map();
    findings.forEach(function (one) {
      const worse = one.level === "explain" ? "ask" : "bad";
      one.cells.forEach(function (key) {
        if (concerned.get(key) !== "bad") concerned.set(key, worse);
      });
    });
    cells.forEach(function (input) {
      const key = input.dataset.cell;
      if (places.get(key).clash) return;
      const lines = findings.filter(function (one) { return one.cell === key; }).map(function (one) {
        const asks = one.level === "explain";
        if (asks) form.querySelector('[data-words="' + key + '"]').open = true;
        return line(asks ? "cell-ask" : "cell-bad",
          (asks ? "▲ " : "■ ") + one.message + (one.explained ? "（已说明）" : ""));
      });
      if (notes.get(key)) lines.push(line("cell-help", notes.get(key)));
      const blank = checked && !lines.length && isBlank(places.get(key));
      if (blank) lines.push(line("cell-bad", "■ 还没有填"));
      mark(input, concerned.get(key) || (blank ? "bad" : ""));
      tell(key, lines);
    });
    counts.bad = findings.filter(function (one) { return one.level === "fault" || one.level === "hard"; }).length;
    counts.ask = findings.filter(function (one) { return one.level === "explain" && !one.explained; }).length;
    counts.explained = findings.filter(function (one) { return one.explained; }).length;
    tellFoot();
  }

  function mark(input, how) {
    input.classList.toggle("bad", how === "bad");
    input.classList.toggle("ask", how === "ask");
    if (how === "bad") input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }

  function isBlank(place) {
    if (place.input) {
      if (place.choice.value === "not_applicable") return !named(place.key + "-reason").value.trim();
      return !place.choice.value && !place.input.value.trim();
    }
    const said = place.read();
    if (place.key.startsWith("c")) return !said.answer || (said.answer === "not_applicable" && !said.note);
    if (place.key === "t:progress") return !said.text.trim();
    const problems = places.get("t:problems");
    return place.key === "t:measures" && problems.read().text.trim() && !said.text.trim();
  }

  const counts = { bad: shown("count-bad"), ask: shown("count-ask"), explained: shown("count-explained") };

  function shown(id) {
    const box = byId(id);
    return box && !box.hidden ? Number(box.querySelector("b").textContent) : 0;
  }

  function count(id, number) {
    const box = byId(id);
    if (!box) return;
    box.hidden = !number;
    box.querySelector("b").textContent = number;
  }

  function unsaved() {
    return Array.from(places.values()).filter(function (place) { return place.clash || differs(place); });
  }

  function tellFoot() {
    const foot = byId("save-state");
    if (!foot) return;
    const failed = unsaved().filter(function (place) { return place.state === "failed" || place.clash; });
    if (failed.length) {
      foot.className = "late";
      foot.textContent = "! " + failed.length + " 处未保存";
      foot.append(" ", choose("重试", retryAll));
    } else if (busy || waiting.size || unsaved().length) {
      setWords(foot, "muted", "保存中…");
    } else {
      setWords(foot, "ok", lastSaved ? "✓ 已保存 " + lastSaved : "✓ 已保存");
    }
    count("count-blank", Array.from(places.values()).filter(isBlank).length);
    count("count-bad", counts.bad);
    count("count-ask", counts.ask);
    count("count-explained", counts.explained);
  }

  function setWords(box, css, text) {
    if (box.className !== css) box.className = css;
    if (box.textContent !== text) box.textContent = text;
  }

  // Two people on one place --------------------------------------------------------------------------------

  function showClash(clash) {
    const place = places.get(clash.cell);
    if (!place) return;
    place.clash = clash;
    const box = line("e-clash", clash.message);
    box.setAttribute("role", "alert");
    box.append(document.createElement("br"),
      choose("用我的：" + short(clash.mine), function () { resolve(place, true); }),
      choose("用对方的：" + short(clash.theirs), function () { resolve(place, false); }));
    tell(place.key, [box]);
    if (place.input) mark(place.input, "bad");
    say(place, "failed");
  }

  function short(text) { return text ? (text.length > 20 ? text.slice(0, 20) + "…" : text) : "空白"; }

  function resolve(place, mine) {
    const clash = place.clash;
    place.clash = null;
    version(place.key).value = clash.version;
    tell(place.key, []);
    if (place.input) mark(place.input, "");
    if (mine) {
      if (clash.pasted !== undefined) {
        place.choice.value = "";
        showAnswer(place);
        place.input.value = clash.pasted;
      }
      place.stored = null;
      now(place);
    } else {
      put(place, clash.current);
      place.stored = place.read();
      say(place, "saved");
    }
    place.fields[0].focus();
  }

  function put(place, current) {
    if (place.input) {
      place.before = "";
      place.choice.value = ["none", "not_yet", "not_applicable"].includes(current.answer) ? current.answer : "";
      place.input.value = current.raw;
      named(place.key + "-reason").value = current.reason;
      named(place.key + "-explanation").value = current.explanation;
      showAnswer(place);
    } else if (current.text !== undefined) {
      place.fields[0].value = current.text;
    } else {
      place.fields.forEach(function (field) {
        if (field.type === "radio") field.checked = field.value === current.answer;
        else field.value = current.note;
      });
    }
  }

  // Keyboard -----------------------------------------------------------------------------------------------

  function go(input, step) {
    const next = cells[cells.indexOf(input) + step];
    if (next) {
      next.focus();
      next.select();
    } else if (step > 0) {
      const rest = form.querySelector("[data-item] input:not([type=hidden]), [data-text]");
      if (rest) rest.focus();
    }
  }

  form.addEventListener("keydown", function (event) {
    const field = event.target;
    if (event.isComposing || event.altKey || event.metaKey) return;
    if (event.key === "Enter" && field.matches("input:not([type=file])")) {
      event.preventDefault(); // never sends the form
      if (field.matches("[data-cell]")) go(field, event.shiftKey ? -1 : 1);
      return;
    }
    if (!field.matches("input[data-cell]")) return;
    const atStart = field.selectionEnd === 0;
    const atEnd = field.selectionStart === field.value.length;
    let step = 0;
    if (event.key === "ArrowDown") step = event.ctrlKey ? cells.length - 1 - cells.indexOf(field) : 1;
    else if (event.key === "ArrowUp") step = event.ctrlKey ? -cells.indexOf(field) : -1;
    else if (event.key === "ArrowRight" && atEnd && !event.shiftKey) step = 1;
    else if (event.key === "ArrowLeft" && atStart && !event.shiftKey) step = -1;
    if (!step && !(event.ctrlKey && /^Arrow(Up|Down)$/.test(event.key))) return;
    event.preventDefault();
    if (step > 0 && cells.indexOf(field) === cells.length - 1) return;
    if (step) go(field, step);
  });

  // A block from a spreadsheet -----------------------------------------------------------------------------

  form.addEventListener("paste", function (event) {
    const input = event.target;
    if (!input.matches("input[data-cell]") || !event.clipboardData) return;
    const text = event.clipboardData.getData("text/plain");
    if (!/[\t\r\n]/.test(text.replace(/(\r\n|\r|\n)$/, ""))) return; // one cell: the browser does it
    event.preventDefault();
    flush().then(function () { pasteAt(input.dataset.cell, text); });
  });

  function pasteAt(key, text) {
    const versions = {};
    cells.forEach(function (input) { versions[input.dataset.cell] = Number(version(input.dataset.cell).value); });
    setWords(byId("save-state"), "muted", "粘贴中…");
    busy = send(form.dataset.paste, { at: key, text: text, versions: JSON.stringify(versions) })
      .then(function (answer) {
        if (answer.status === 200) return showPasted(answer.data);
        const words = answer.data.error || "网络不通，粘贴的内容还没有保存。";
        result("missed", words, [], answer.status === 0 || answer.status >= 500
          ? function () { pasteAt(key, text); } : null);
      })
      .finally(function () { busy = null; work(); tellFoot(); });
  }

  function showPasted(data) {
    const clashing = new Set(data.conflicts.map(function (clash) { return clash.cell; }));
    data.cells.forEach(function (cell) {
      if (clashing.has(cell.cell)) return;
      const place = places.get(cell.cell);
      place.stored = place.read(); // the block replaces what stood in the field
      take(cell);
      say(place, "saved");
    });
    lastSaved = data.at;
    showFindings(data.findings, data.cells);
    data.conflicts.forEach(function (clash) {
      clash.pasted = clash.mine;
      showClash(clash);
    });
    const bad = data.cells.some(function (cell) { return cell.fault; });
    result(bad || data.conflicts.length || data.outside.length ? "margin" : "met", data.message, data.outside, null);
  }

  function result(kind, words, list, again) {
    const box = document.createElement("div");
    box.className = "notice " + kind;
    box.textContent = words;
    if (list.length) {
      const lines = document.createElement("ul");
      list.forEach(function (text) {
        const item = document.createElement("li");
        item.textContent = text;
        lines.append(item);
      });
      box.append(lines);
    }
    if (again) box.append(" ", choose("重试", again));
    byId("paste-result").replaceChildren(box);
  }

  // Leaving ------------------------------------------------------------------------------------------------

  /* Saves what is open; resolves when nothing is under way (saved or not). */
  function flush() {
    places.forEach(function (place) {
      if (place.timer || differs(place)) now(place);
    });
    return new Promise(function (done) {
      (function wait() {
        if (!busy && !waiting.size) done();
        else window.setTimeout(wait, 40);
      })();
    });
  }

  let leaving = false;

  window.addEventListener("beforeunload", function (event) {
    if (!leaving && unsaved().length) event.preventDefault();
  });

  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden") retryAll();
  });

  /* Sending the form: first everything is saved; what could not be keeps the person here. */
  form.addEventListener("submit", function (event) {
    if (!busy && !waiting.size && !unsaved().length) {
      leaving = true;
      return;
    }
    event.preventDefault();
    const button = event.submitter;
    flush().then(function () {
      if (unsaved().length) {
        tellFoot();
        const first = unsaved()[0].fields[0];
        first.focus();
        return;
      }
      // Not from within this event: a form that is being sent takes no second request.
      window.setTimeout(function () { form.requestSubmit(button); }, 0);
    });
  });

  const upload = document.querySelector("form[data-upload]");
  if (upload) {
    upload.addEventListener("submit", function (event) {
      const files = Array.from(upload.elements.files.files);
      const size = files.reduce(function (sum, file) { return sum + file.size; }, 0);
      const told = byId("upload-told");
      const empty = files.find(function (file) { return file.size === 0; });
      if (size > Number(upload.dataset.max)) {
        event.preventDefault();
        told.textContent = "■ 所选文件合计 " + Math.ceil(size / 1048576) + " MB，超过上限 "
          + Math.floor(Number(upload.dataset.max) / 1048576) + " MB，没有上传。请压缩或分次上传。";
      } else if (empty) {
        event.preventDefault();
        told.textContent = "■ “" + empty.name + "”是空文件，没有上传。";
      } else {
        told.textContent = "";
        retryAll();
      }
    });
  }

  // The cursor goes to what the address names, to the list of what is missing, else to the first empty cell.
  function begin() {
    tellFoot();
    if (checked) {
      const first = Array.from(places.values()).find(function (place) {
        return isBlank(place) || (place.input && place.input.classList.contains("bad"));
      });
      if (first && !window.location.hash) first.fields[0].focus();
      return;
    }
    if (window.location.hash || !window.matchMedia("(pointer: fine)").matches) return;
    const empty = cells.find(function (input) { return isBlank(places.get(input.dataset.cell)); });
    if (empty) empty.focus();
  }

  begin();
})();
