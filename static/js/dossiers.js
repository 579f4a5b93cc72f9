/* Writing the dossier's texts: marks put in by buttons, a draft taken over, nothing typed lost by leaving. */
(function () {
  "use strict";

  const MARKS = { heading: "## ", item: "- " };
  const forms = Array.from(document.querySelectorAll("[data-prose]")); // each text is one of its own
  let sending = null;

  function field(id) { return document.getElementById(id); }

  function replace(area, start, end, words, selectFrom, selectTo) {
    area.focus();
    area.setRangeText(words, start, end, "end");
    area.setSelectionRange(selectFrom, selectTo);
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function bold(area) {
    const start = area.selectionStart, end = area.selectionEnd;
    const chosen = area.value.slice(start, end) || "文字";
    replace(area, start, end, "**" + chosen + "**", start + 2, start + 2 + chosen.length);
  }

  /* The mark before each chosen line, or off it where all have it. */
  function mark(area, sign) {
    const start = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
    const next = area.value.indexOf("\n", area.selectionEnd);
    const end = next === -1 ? area.value.length : next;
    const lines = area.value.slice(start, end).split("\n");
    const all = lines.every(function (line) { return line.startsWith(sign); });
    const words = lines.map(function (line) { return all ? line.slice(sign.length) : sign + line; }).join("\n");
    replace(area, start, end, words, start, start + words.length);
  }

  document.addEventListener("click", function (event) {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.mark) {
      const area = field(button.dataset.for);
      if (button.dataset.mark === "bold") bold(area); else mark(area, MARKS[button.dataset.mark]);
    }
    if (button.dataset.adopt) {
      const area = field(button.dataset.adopt);
      const before = area.value.trimEnd();
      const words = (before ? before + "\n\n" : "") + button.dataset.text;
      replace(area, 0, area.value.length, words, words.length, words.length);
      button.closest(".draft").remove();
    }
  });

  function isDirty(form) {
    return form.hasAttribute("data-unsaved") || Array.from(form.elements).some(function (part) {
      return part.defaultValue !== undefined && part.value !== part.defaultValue;
    });
  }

  document.addEventListener("submit", function (event) { sending = event.target; });
  window.addEventListener("beforeunload", function (event) {
    if (!forms.some(function (form) { return form !== sending && isDirty(form); })) return;
    event.preventDefault();
    sending = null; // the person may stay
  });
})();
