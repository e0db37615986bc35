// Counts deadlines down by the server's clock. Without it the words that the server wrote stand.
(() => {
  "use strict";
  const body = document.body;
  const words = JSON.parse(body.dataset.words || "{}");
  const server = Date.parse(body.dataset.now);
  if (!words.in || Number.isNaN(server)) return;
  // Time passed since the page was made, not the client's idea of the date.
  const began = performance.now();
  const now = () => server + (performance.now() - began);
  const fill = (pattern, value) => pattern.replace("{}", value);

  const span = (ms) => {
    const seconds = Math.floor(Math.abs(ms) / 1000);
    const parts = [
      [Math.floor(seconds / 86400), words.day, words.days],
      [Math.floor(seconds / 3600) % 24, words.h, words.h],
      [Math.floor(seconds / 60) % 60, words.min, words.min],
    ];
    const first = parts.findIndex(([n]) => n > 0);
    return parts.slice(first, first + 2).filter(([n]) => n > 0)
      .map(([n, one, many]) => `${n} ${n === 1 ? one : many}`).join(" ");
  };
  const text = (ms) => {
    if (Math.abs(ms) < 60000) return ms > 0 ? words.moment : words.just;
    return fill(ms > 0 ? words.in : words.ago, span(ms));
  };

  const tick = () => {
    for (const item of document.querySelectorAll("[data-deadline]")) {
      const ms = Date.parse(item.dataset.deadline) - now();
      const left = item.querySelector(".remaining");
      const said = text(ms);
      if (left && left.textContent !== said) left.textContent = said;
      item.classList.toggle("is-soon", ms > 0 && ms <= Number(item.dataset.soon) * 3600000);
      if (ms <= 0 && !item.classList.contains("is-past")) {
        item.classList.add("is-past");
        const label = item.querySelector(".deadline-label");
        if (label) label.textContent = item.dataset.past;
        const live = document.getElementById("live");
        if (live) live.textContent = `${item.dataset.past} ${item.querySelector("time").textContent}`;
      }
    }
  };
  tick();
  setInterval(tick, 15000);
  document.addEventListener("htmx:afterSettle", tick);
  document.addEventListener("visibilitychange", () => document.hidden || tick());
})();
