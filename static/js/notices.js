/* A notice that is looked at is seen: told to the server by a small POST, never by the GET that shows it. */
(function () {
  "use strict";

  const box = document.querySelector("[data-seen]");
  if (!box) return;
  const token = document.querySelector("input[name=csrfmiddlewaretoken]");
  const headers = JSON.parse(document.body.getAttribute("hx-headers") || "{}");
  fetch(box.dataset.seen, {
    method: "POST",
    credentials: "same-origin",
    headers: {
      "Accept": "text/plain",
      "X-CSRFToken": headers["X-CSRFToken"] || (token ? token.value : ""),
    },
  }).catch(function () {
    // The network is down: it stays unseen, the list says so.
  });
})();
