// The shell's few behaviours. Every page works without them.
(() => {
  "use strict";
  const doc = document;

  // htmx sends Django's CSRF token, read from any form on the page.
  doc.addEventListener("htmx:configRequest", (event) => {
    const token = doc.querySelector("input[name=csrfmiddlewaretoken]");
    if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token.value;
  });
  // After a swap the focus goes to what the answer marks, so that the keyboard is not lost.
  doc.addEventListener("htmx:afterSettle", (event) => {
    const mark = event.detail.elt.querySelector?.("[data-focus], [data-error-summary]");
    if (mark) {
      if (!mark.hasAttribute("tabindex")) mark.tabIndex = -1;
      mark.focus();
    }
  });
  // Answers 4xx with a form in them are shown, not dropped.
  doc.addEventListener("htmx:beforeSwap", (event) => {
    if ([400, 409, 412, 422].includes(event.detail.xhr.status)) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });

  const summary = doc.querySelector("[data-error-summary]");
  if (summary) summary.focus();

  // Menus close with Escape and by a click elsewhere.
  const menus = () => doc.querySelectorAll("details[data-menu][open]");
  doc.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  doc.addEventListener("click", (event) => {
    for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
  });

  // The theme changes at once; the form remembers it in a cookie.
  doc.addEventListener("submit", async (event) => {
    const form = event.target.closest("[data-theme-form]");
    if (!form || !event.submitter) return;
    event.preventDefault();
    const theme = event.submitter.value;
    if (theme) doc.documentElement.dataset.theme = theme;
    else delete doc.documentElement.dataset.theme;
    for (const button of form.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button === event.submitter));
    }
    const data = new FormData(form);
    data.set("theme", theme);
    await fetch(form.action, { method: "POST", body: data, redirect: "manual" });
  });

  // A form that was sent once is not sent twice by an impatient click.
  doc.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 4000);
  });

  // Strips: one tab stop each, arrows move from mark to mark, a line beneath says each.
  const startStrip = (root) => {
    const says = root.querySelector("[data-strip-says]");
    const hold = root.querySelector(".strip-hold");
    const marks = [...root.querySelectorAll("[data-says]")];
    if (!says || !hold || !marks.length || root.dataset.ready) return;
    root.dataset.ready = "1";
    const rest = says.textContent;
    let at = -1;
    const point = (next) => {
      marks[at]?.classList.remove("is-here");
      at = next;
      marks[at]?.classList.add("is-here");
      says.textContent = at < 0 ? rest : marks[at].dataset.says;
    };
    hold.tabIndex = 0;
    hold.setAttribute("role", "group");
    hold.setAttribute("aria-label", root.querySelector("svg title").textContent);
    hold.addEventListener("focus", () => point(at < 0 ? marks.length - 1 : at));
    hold.addEventListener("blur", () => point(-1));
    hold.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1, Home: -marks.length, End: marks.length }[event.key];
      if (step) {
        event.preventDefault();
        point(Math.min(marks.length - 1, Math.max(0, at + step)));
      } else if (event.key === "Enter" && marks[at]?.dataset.href) location.assign(marks[at].dataset.href);
    });
    marks.forEach((mark, index) => {
      mark.querySelector("title")?.remove();
      mark.addEventListener("mouseenter", () => point(index));
      mark.addEventListener("click", () => mark.dataset.href && location.assign(mark.dataset.href));
    });
    hold.addEventListener("mouseleave", () => point(-1));
  };
  const startAll = () => doc.querySelectorAll("[data-strip]").forEach(startStrip);
  startAll();
  doc.addEventListener("htmx:afterSettle", startAll);
})();
