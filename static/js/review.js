/* The review's pages: choosing clean cases for a batch, counting remarks, and what was typed before a refusal. */
(function () {
  "use strict";

  const boxes = Array.from(document.querySelectorAll("[data-choose]"));
  const all = document.querySelector("[data-choose-all]");

  function showChosen() {
    const chosen = boxes.filter(function (box) { return box.checked; }).length;
    document.querySelectorAll("[data-chosen]").forEach(function (place) { place.textContent = String(chosen); });
    document.querySelectorAll("[data-needs-choice]").forEach(function (button) { button.disabled = chosen === 0; });
    if (all) {
      all.checked = chosen > 0 && chosen === boxes.length;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
    }
  }

  document.addEventListener("change", function (event) {
    if (event.target === all) boxes.forEach(function (box) { box.checked = all.checked; });
    if (event.target === all || boxes.includes(event.target)) showChosen();
  });
  // The browser restores boxes when one comes back to the page.
  window.addEventListener("pageshow", showChosen);

  const remarks = Array.from(document.querySelectorAll("[data-remark]"));

  function countRemarks() {
    const written = remarks.filter(function (field) { return field.value.trim() !== ""; }).length;
    document.querySelectorAll("[data-remark-count]").forEach(function (place) { place.textContent = String(written); });
  }

  document.addEventListener("input", function (event) {
    if (remarks.includes(event.target)) countRemarks();
  });
  // Opening a remark by mouse or keyboard leads straight into it.
  document.querySelectorAll("details.remark").forEach(function (details) {
    details.addEventListener("toggle", function () {
      if (details.open && details.contains(document.activeElement)) details.querySelector("textarea").focus();
    });
  });
  countRemarks();

  const waiting = document.querySelector("dialog[data-open]");
  if (waiting && !waiting.open) waiting.showModal();
})();
