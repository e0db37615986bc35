// The equipment check (2.4): how fast the line is, and whether webcam and microphone give something.
// Without this script, or without a camera, the form below it is filled in by hand.
(() => {
  "use strict";
  const checker = document.getElementById("checker");
  if (!checker || !window.fetch || !navigator.mediaDevices) return;
  const words = checker.dataset;
  const form = document.getElementById("measured");
  const video = document.getElementById("preview");
  const level = document.getElementById("level");
  const start = document.getElementById("start");
  const HEARD = 0.02; // of full loudness: more than a quiet room
  const LISTEN = 6000; // milliseconds

  const say = (what, text) => { document.getElementById(`said-${what}`).textContent = text; };
  const keep = (name, value) => { form.elements[name].value = value; };

  async function line() {
    say("connection", words.running);
    const begun = performance.now();
    const answer = await fetch(words.sample, { cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    const bytes = (await answer.arrayBuffer()).byteLength;
    const kilobits = Math.round((bytes * 8) / Math.max(performance.now() - begun, 1));
    keep("kilobits", kilobits);
    const enough = kilobits >= Number(words.wanted);
    say("connection", `${enough ? words.works : words.slow} (${kilobits} kbit/s)`);
  }

  async function camera() {
    say("camera", words.running);
    const stream = await navigator.mediaDevices.getUserMedia({ video: true });
    video.srcObject = stream;
    video.parentElement.hidden = false;
    await video.play();
    const works = video.videoWidth > 0;
    keep("camera", works ? "works" : "fails");
    say("camera", works ? words.works : words.fails);
    return stream;
  }

  async function microphone() {
    say("microphone", words.speak);
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(stream).connect(analyser);
    const wave = new Float32Array(analyser.fftSize);
    const until = performance.now() + LISTEN;
    let heard = false;
    while (performance.now() < until && !heard) {
      await new Promise((next) => { setTimeout(next, 100); });
      analyser.getFloatTimeDomainData(wave);
      const loud = Math.sqrt(wave.reduce((sum, each) => sum + each * each, 0) / wave.length);
      level.value = Math.min(1, loud * 4);
      heard = loud > HEARD;
    }
    keep("microphone", heard ? "works" : "fails");
    say("microphone", heard ? words.works : words.fails);
    await context.close();
    return stream;
  }

  async function attempt(name, check) {
    try {
      return await check();
    } catch {
      if (name !== "connection") keep(name, "fails");
      say(name, name === "connection" ? words.fails : words.refused);
      return null;
    }
  }

  start.addEventListener("click", async () => {
    start.disabled = true;
    await attempt("connection", line);
    const streams = [await attempt("camera", camera), await attempt("microphone", microphone)];
    for (const stream of streams) stream?.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
    video.parentElement.hidden = true;
    // Where the line could not be measured there is nothing to keep: the form below takes a person's word.
    form.hidden = form.elements.kilobits.value === "";
    start.disabled = false;
    if (!form.hidden) form.querySelector("button").focus();
  });

  for (const name of ["connection", "camera", "microphone"]) say(name, words.ready);
  document.getElementById("by-hand").open = false;
  checker.hidden = false;
})();
