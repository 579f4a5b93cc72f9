/* The little that every page needs: menus, dialogs, forms that are sent once, and a word when the server refuses. */
(function () {
  "use strict";

  // Menus made of <details>: Escape and a click elsewhere close them.
  function closeMenus(except) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (menu !== except) menu.open = false;
    });
  }

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  document.addEventListener("click", function (event) {
    if (!(event.target instanceof Element)) return;
    closeMenus(event.target.closest("details.menu"));

    const opener = event.target.closest("[data-dialog]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.dialog);
      if (dialog && !dialog.open) dialog.showModal();
    }
    const closer = event.target.closest("[data-close]");
    if (closer) closer.closest("dialog").close();
    if (event.target.closest("[data-print]")) window.print();
  });

  // A choice that leads somewhere at once: <select data-submit> in a GET form.
  document.addEventListener("change", function (event) {
    const field = event.target;
    if (field instanceof Element && field.matches("[data-submit]") && field.form) field.form.requestSubmit();
  });

  // A form that changes something is sent once, however often its button is pressed. The button stays in the form
  // data, so it is only marked after the browser has collected them; coming back by the history frees it again.
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented || form.hasAttribute("data-many")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    window.setTimeout(function () {
      form.querySelectorAll("button[type=submit], button:not([type])").forEach(function (button) {
        button.setAttribute("aria-disabled", "true");
      });
    }, 0);
  });

  function free() {
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
      form.querySelectorAll("[aria-disabled=true]").forEach(function (button) {
        button.removeAttribute("aria-disabled");
      });
    });
  }

  window.addEventListener("pageshow", free);

  // The browser asked whether to leave what is not saved, and the person stayed: what was not sent can be sent again.
  window.addEventListener("beforeunload", function (event) {
    window.setTimeout(function () { if (event.defaultPrevented) free(); }, 0);
  });

  // What the server refused, said in its own words; shell.say and shell.choose are there for other scripts too.
  const line = document.getElementById("toast");
  let timer = 0;

  function say(text) {
    if (!line) return;
    line.textContent = text;
    window.clearTimeout(timer);
    timer = window.setTimeout(function () { line.textContent = ""; }, 12000);
  }

  function refusal(xhr) {
    const kind = xhr.getResponseHeader("Content-Type") || "";
    if (kind.startsWith("application/json")) {
      try {
        return JSON.parse(xhr.responseText).error;
      } catch (problem) {
        return "";
      }
    }
    return kind.startsWith("text/plain") ? xhr.responseText : "";
  }

  document.addEventListener("htmx:responseError", function (event) {
    say(refusal(event.detail.xhr) || "没有办成，请再试一次；页面上的内容还在。");
  });
  document.addEventListener("htmx:sendError", function () {
    say("网络不通，没有办成；页面上的内容还在，稍后请再试。");
  });

  /* A small button that a script puts beside what it tells. */
  function choose(text, action) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm";
    button.textContent = text;
    button.addEventListener("click", action);
    return button;
  }
  window.shell = { say: say, choose: choose };

  // On a narrow screen the current entry of the menu is brought into view.
  const current = document.querySelector(".top nav [aria-current]");
  if (current) {
    const nav = current.closest("nav");
    nav.scrollLeft = Math.max(0, current.offsetLeft - nav.offsetLeft - 40);
  }
})();
