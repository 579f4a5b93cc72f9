/* The administrator's desk: search boxes in place of long lists get the name of their field, for screen readers. */
(() => {
  "use strict";

  const nameOf = (select) => {
    const label = select.labels && select.labels[0];
    if (label) return label.textContent;
    const cell = select.closest("td");
    const table = cell && cell.closest("table");
    const row = select.closest(".form-row");
    const near = row && !cell && row.querySelector("label, legend");
    if (near) return near.textContent;
    const head = table && table.tHead && table.tHead.rows[0].cells[cell.cellIndex];
    return head ? head.textContent : "";
  };

  const nameBoxes = () => {
    for (const box of document.querySelectorAll(".select2-selection:not([aria-label])")) {
      const select = box.closest(".select2-container").previousElementSibling;
      const name = select && select.tagName === "SELECT" ? nameOf(select).replace(/[:：\s]+$/, "").trim() : "";
      if (!name) continue;
      box.setAttribute("aria-label", name);
      for (const part of box.querySelectorAll("[role=textbox], input")) part.setAttribute("aria-label", name);
    }
  };

  // The boxes are made by a script of Django's whenever it is ready, and again for each added line.
  nameBoxes();
  new MutationObserver(nameBoxes).observe(document.body, { childList: true, subtree: true });
})();
