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
  // What is looked up while one types: its box carries the name of the field, its list's own box as well.
  const labelOf = (select) => document.querySelector(`label[for="${CSS.escape(select.id)}"]`)?.textContent.replace(/:\s*$/, "").trim();
  const nameChoices = () => {
    for (const select of document.querySelectorAll("select.admin-autocomplete.select2-hidden-accessible")) {
      const box = select.nextElementSibling?.querySelector(".select2-selection");
      const label = labelOf(select);
      if (!box || !label) continue;
      const chosen = select.selectedOptions[0]?.textContent.trim() || "";
      box.removeAttribute("aria-labelledby");
      // A text box inside of a combo box has no business there: it holds what is chosen, as text.
      const shown = box.querySelector(".select2-selection__rendered");
      for (const name of ["role", "aria-readonly"]) shown?.removeAttribute(name);
      box.setAttribute("aria-label", `${label} ${chosen}`.trim());
      const open = box.getAttribute("aria-expanded") === "true";
      if (open) box.setAttribute("aria-controls", box.getAttribute("aria-owns") || "");
      for (const place of open ? document.querySelectorAll("body > .select2-container--open") : []) {
        place.setAttribute("role", "region");
        place.setAttribute("aria-label", label);
      }
      for (const input of open ? document.querySelectorAll(".select2-search__field") : []) input.setAttribute("aria-label", label);
      for (const list of open ? document.querySelectorAll(".select2-results__options") : []) list.setAttribute("aria-label", label);
    }
  };
  name();
  document.addEventListener("formset:added", name);
  if (document.querySelector("select.admin-autocomplete")) {
    nameChoices();
    new MutationObserver(nameChoices).observe(document.body, { childList: true, subtree: true });
  }
})();
