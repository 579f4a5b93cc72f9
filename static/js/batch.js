/* While a large file is read or loaded in the background: look again in a while, unless the person is at work in the page. */
(function () {
  "use strict";

  window.setInterval(function () {
    const at = document.activeElement;
    if (!at || at === document.body || at.id === "main") window.location.reload();
  }, 4000);
})();
