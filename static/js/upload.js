/* Files in pieces (tus 1.0): progress, and going on after a break. Without this script the form sends the file whole. */
"use strict";
(() => {
  const PIECE = 4 * 1024 * 1024;
  const SMALL = 1024 * 1024; // goes with the form: a break costs little
  const WAITS = [1, 2, 5, 10, 20, 30]; // seconds between attempts; the last one again and again
  const VERSION = { "Tus-Resumable": "1.0.0" };
  const coded = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

  class Upload {
    constructor(box) {
      this.box = box;
      this.input = box.querySelector("input[type=file]");
      this.key = box.querySelector("[data-upload-key]");
      this.bar = box.querySelector("progress");
      this.says = box.querySelector("[data-upload-says]");
      this.stop = box.querySelector("[data-upload-stop]");
      this.form = this.input.form;
      this.needed = this.input.required;
      this.run = 0;
      this.busy = false;
      this.input.addEventListener("change", () => this.choose());
      this.stop.addEventListener("click", () => this.drop());
      this.form.addEventListener("submit", (event) => this.hold(event));
      if (this.key.value) this.done(this.key.value, "");
    }

    word(name) { return this.box.dataset[name] || ""; }

    say(text, bad = false) {
      this.says.textContent = text;
      this.says.classList.toggle("tone-bad", bad);
    }

    headers(more) {
      const token = this.form.querySelector("[name=csrfmiddlewaretoken]");
      return { ...VERSION, "X-CSRFToken": token ? token.value : "", ...more };
    }

    choose() {
      const file = this.input.files[0];
      this.run += 1;
      this.key.value = "";
      this.show(false);
      this.say("");
      if (!file || file.size < SMALL) return;
      if (file.size > Number(this.box.dataset.most)) return this.say(this.word("large"), true);
      this.file = file;
      this.memory = `upload:${this.box.dataset.purpose}:${file.name}:${file.size}:${file.lastModified}`;
      this.send(this.run);
    }

    show(on) {
      this.busy = on;
      this.bar.hidden = this.stop.hidden = !on;
    }

    async send(run) {
      this.show(true);
      for (let attempt = 0; run === this.run; ) {
        try {
          await this.travel(run);
          if (run !== this.run) return;
          return this.done(this.where.split("/").filter(Boolean).pop(), this.file.name);
        } catch (problem) {
          if (run !== this.run) return;
          if (problem.final) return this.fail(problem.message);
          if (problem.moved) attempt = 0;
          const wait = WAITS[Math.min(attempt, WAITS.length - 1)];
          attempt += 1;
          this.say(this.word("waiting"));
          await new Promise((go) => {
            const timer = setTimeout(go, wait * 1000);
            addEventListener("online", () => { clearTimeout(timer); go(); }, { once: true });
          });
        }
      }
    }

    async travel(run) {
      this.at = await this.find();
      const from = this.at;
      try {
        while (this.at < this.file.size && run === this.run) {
          this.at = await this.piece(this.at);
          this.progress(this.at);
        }
      } catch (problem) {
        problem.moved = this.at > from;
        throw problem;
      }
    }

    /* Where the upload stands: one that broke off, or a new one. */
    async find() {
      const known = this.where || localStorage.getItem(this.memory);
      if (known) {
        const answer = await fetch(known, { method: "HEAD", headers: this.headers() });
        if (answer.ok) {
          this.where = known;
          return Number(answer.headers.get("Upload-Offset"));
        }
        if (answer.status >= 500) throw new Error("later");
        this.where = null;
        localStorage.removeItem(this.memory);
      }
      const told = `filename ${coded(this.file.name)},purpose ${coded(this.box.dataset.purpose)}`;
      const answer = await fetch(this.box.dataset.endpoint, {
        method: "POST",
        headers: this.headers({ "Upload-Length": String(this.file.size), "Upload-Metadata": told }),
      });
      if (!answer.ok) throw await this.problem(answer.status, await answer.text());
      this.where = new URL(answer.headers.get("Location")).pathname;
      localStorage.setItem(this.memory, this.where);
      return 0;
    }

    /* XMLHttpRequest, because fetch does not tell how much has gone out. */
    piece(at) {
      return new Promise((arrived, failed) => {
        const request = new XMLHttpRequest();
        this.request = request;
        request.open("PATCH", this.where);
        const headers = this.headers({
          "Upload-Offset": String(at),
          "Content-Type": "application/offset+octet-stream",
        });
        for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
        request.upload.onprogress = (event) => this.progress(at + event.loaded);
        request.onerror = request.ontimeout = () => failed(new Error("broken"));
        request.onabort = () => failed(new Error("stopped"));
        request.onload = async () => {
          if (request.status === 204) return arrived(Number(request.getResponseHeader("Upload-Offset")));
          failed(await this.problem(request.status, request.responseText));
        };
        request.send(this.file.slice(at, at + PIECE));
      });
    }

    async problem(status, text) {
      const problem = new Error(this.word("failed"));
      problem.final = status >= 400 && status < 500 && ![404, 408, 409, 410, 423, 429, 460].includes(status);
      try { problem.message = JSON.parse(text).title || problem.message; } catch { /* not ours: the word above */ }
      return problem;
    }

    progress(at) {
      const percent = Math.floor((100 * at) / this.file.size);
      this.bar.value = percent;
      if (percent !== this.percent) this.say(this.word("progress").replace("%", `${percent} %`));
      this.percent = percent;
    }

    done(key, name) {
      this.show(false);
      this.key.value = key;
      this.input.value = "";
      this.input.required = false;
      if (this.memory) localStorage.removeItem(this.memory);
      this.where = null;
      this.say(this.word("arrived").replace("%", name));
      if (this.waiting) this.form.requestSubmit(this.waiting.submitter || undefined);
    }

    fail(message) {
      this.show(false);
      if (this.memory) localStorage.removeItem(this.memory);
      this.where = null;
      this.waiting = null;
      this.input.value = "";
      this.input.required = this.needed;
      this.say(message, true);
      this.input.focus();
    }

    async drop() {
      this.run += 1;
      if (this.request) this.request.abort();
      const where = this.where;
      this.fail(this.word("stopped"));
      if (where) await fetch(where, { method: "DELETE", headers: this.headers() });
    }

    /* A form that is sent while its file travels goes by itself once the file is there. */
    hold(event) {
      if (!this.busy) return;
      event.preventDefault();
      this.waiting = { submitter: event.submitter };
      this.say(this.word("held"));
    }
  }

  const begin = (root) => {
    for (const box of root.querySelectorAll("[data-upload]")) {
      if (!box.upload && box.querySelector("input[type=file]").form) box.upload = new Upload(box);
    }
  };
  begin(document);
  document.addEventListener("htmx:load", (event) => begin(event.target));
})();
