/* Taking minutes: saves by itself what is typed, tells what it is doing, shows what somebody else changed meanwhile.

   The whole form is sent; the server keeps what is whole and says from which versions to go on. Striking a decision waits for
   the button. */
(function () {
  "use strict";

  const form = document.getElementById("minutes-form");
  const foot = document.getElementById("save-state");
  if (!form || !form.dataset.save || !foot) return;
  const TYPING = 1500; // ms without a key before what is typed is saved
  const RETRY = [2000, 4000, 8000, 15000, 30000];
  const choose = window.shell.choose;
  const clashes = new Map(); // place → conflict that the person has not settled
  let stored = form.hasAttribute("data-unsaved") ? null : said();
  let timer = 0;
  let busy = false;
  let tries = 0;
  let waiting = 0; // lines that lack something
  let fault = "";
  let lastSaved = "";
  let leaving = false;
  let then = null; // what a button asked for while a save was under way

  function named(name) { return form.elements.namedItem(name); }

  /* What the form says now; hidden fields are the page's own. */
  function said() {
    return Array.from(form.querySelectorAll("textarea, select, input:not([type=hidden])"))
      .map(function (field) { return field.type === "checkbox" ? field.checked : field.value; }).join("\u0000");
  }

  function soon(pause) {
    window.clearTimeout(timer);
    timer = window.setTimeout(save, pause);
    tell();
  }

  form.addEventListener("input", function () { soon(TYPING); });
  form.addEventListener("change", function () { soon(0); });
  window.addEventListener("online", function () { if (fault) save(); });
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden" && said() !== stored) save();
  });

  function save() {
    window.clearTimeout(timer);
    timer = 0;
    if (busy) return;
    const now = said();
    if (now === stored && !fault) return tell();
    busy = true;
    tell();
    fetch(form.dataset.save, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new FormData(form),
      credentials: "same-origin"
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
      else if (!fault && said() !== stored) soon(TYPING); // typed on meanwhile
      tell();
    });
  }

  function settle(status, data, now) {
    if (status === 200) {
      fault = "";
      tries = 0;
      stored = now;
      lastSaved = data.at;
      take(data);
    } else if (status === 0 || status >= 500) {
      fault = "网络不通，还没有保存";
      timer = window.setTimeout(save, RETRY[Math.min(tries, RETRY.length - 1)]);
      tries += 1;
    } else {
      fault = data.error || "没有保存，请复制您写的内容，刷新页面后再试";
    }
  }

  /* From which versions the next save goes on, and what is to be told beside the fields. */
  function take(data) {
    if (data.opening !== null) put("opening-seen", data.opening);
    Object.keys(data.items).forEach(function (pk) { put("version-" + pk, data.items[pk]); });
    Object.keys(data.lines).forEach(function (key) {
      const isNew = !named("id-" + key).value;
      put("id-" + key, data.lines[key].id);
      put("seen-" + key, data.lines[key].version);
      if (isNew) anotherLine(key);
    });
    waiting = new Set(Object.keys(data.waiting).map(function (name) { return name.replace(/^[a-z_]+-/, ""); })).size;
    clashes.clear();
    form.querySelectorAll("[data-told]").forEach(function (box) { box.replaceChildren(); });
    data.conflicts.forEach(showClash);
    if (data.told.length) {
      const box = form.querySelector("[data-told=opening]");
      data.told.forEach(function (text) { box.append(line("notice margin", "▲ " + text)); });
    }
  }

  function put(name, value) {
    const field = named(name);
    if (field) field.value = value;
  }

  /* The line was stored: one more empty one below it. */
  function anotherLine(key) {
    const lines = named("id-" + key).closest(".minutes-item").querySelectorAll(".decision-line");
    const last = lines[lines.length - 1];
    const old = last.querySelector("[name^=line-]").value;
    if (named("id-" + old).value === "") return;
    const fresh = last.cloneNode(true);
    const key2 = old.split("-")[0] + "-n" + Date.now();
    fresh.querySelectorAll("*").forEach(function (node) {
      ["id", "name", "for", "data-told", "aria-describedby"].forEach(function (attribute) {
        const value = node.getAttribute(attribute);
        if (value && value.endsWith("-" + old)) {
          node.setAttribute(attribute, value.slice(0, -old.length) + key2);
        }
      });
      if (node.matches("input:not([type=checkbox]), select")) node.value = "";
    });
    fresh.querySelector("[name^=line-]").value = key2;
    fresh.querySelectorAll(".check, .warn, .notice").forEach(function (node) { node.remove(); });
    last.after(fresh);
    stored = said();
  }

  function line(css, text) {
    const box = document.createElement("div");
    box.className = css;
    box.textContent = text;
    return box;
  }

  function showClash(clash) {
    clashes.set(clash.place, clash);
    const box = line("notice margin", "▲ 刚才" + clash.words);
    box.setAttribute("role", "alert");
    box.append(document.createElement("br"),
      choose("用我的", function () { resolve(clash, {}); }),
      choose("用对方的", function () { resolve(clash, clash.theirs); }));
    form.querySelector('[data-told="' + clash.place + '"]').replaceChildren(box);
  }

  function resolve(clash, values) {
    clashes.delete(clash.place);
    form.querySelector('[data-told="' + clash.place + '"]').replaceChildren();
    [clash.seen, values].forEach(function (fields) {
      Object.keys(fields).forEach(function (name) { put(name, fields[name]); });
    });
    stored = null;
    named(clash.place).focus();
    save();
  }

  function tell() {
    if (fault) {
      say("late", "! " + fault);
      foot.append(" ", choose("重试", save));
    } else if (clashes.size) {
      say("warn", "▲ " + clashes.size + " 处别人同时改过，请选用哪一份");
    } else if (busy || said() !== stored) {
      say("muted", "… 保存中");
    } else if (lastSaved) {
      say(waiting ? "warn" : "ok", waiting
        ? "▲ 已保存 " + lastSaved + "，" + waiting + " 件议定事项没填全，还没有保存"
        : "✓ 已保存 " + lastSaved);
    }
  }

  function say(css, text) {
    if (foot.className === css && foot.textContent === text) return;
    foot.className = css;
    foot.textContent = text;
  }

  window.addEventListener("beforeunload", function (event) {
    if (!leaving && (fault || clashes.size || waiting || said() !== stored)) event.preventDefault();
  });

  /* A button waits for the save under way, whose versions it needs. What is issued is what is stored: that is saved first.
     Asked before the shell marks the form as sent, which it may be only once. */
  document.addEventListener("submit", function (event) {
    const asked = event.target, button = event.submitter, issues = asked.id === "issue-form";
    window.clearTimeout(timer);
    if (busy || (issues && said() !== stored && !clashes.size)) {
      event.preventDefault();
      then = function () { asked.requestSubmit(button); };
      save();
    } else if (issues && (fault || clashes.size || waiting)) {
      event.preventDefault();
      tell();
    } else {
      leaving = true;
    }
  }, true);
})();
