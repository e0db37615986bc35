// Names for the admin's nameless controls: Django leaves the check boxes of tabular inlines without a label.
(() => {
  "use strict";
  const name = () => {
    for (const box of document.querySelectorAll(".tabular td.delete input[type=checkbox]:not([aria-label])")) {
      const row = box.closest("tr");
      const what = row.querySelector("td.original p, td.original")?.textContent.trim() || "";
      const head = box.closest("table").querySelector("thead th:last-child")?.textContent.trim() || "Delete";
      box.setAttribute("aria-label", `${head} ${what}`.trim());
    }
    for (const head of document.querySelectorAll(".tabular th.original:empty")) head.setAttribute("aria-hidden", "true");
  };
  name();
  document.addEventListener("formset:added", name);
})();
