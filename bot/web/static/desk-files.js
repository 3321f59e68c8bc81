// A file or a recorded voice for the person: chosen is sent. Without this script the form does the same with its button.

import { canRecord, record } from "./recorder.js";

const LARGEST = 5 * 2 ** 20;
const files = document.getElementById("files");
const status = document.getElementById("status");

if (files) {
  const chosen = document.getElementById("file");
  const voice = document.getElementById("voice");
  const drop = document.getElementById("voice-drop");
  let recording = null;
  let unsent = null;  // a voice that did not go out stays until it does, or is dropped

  const show = () => {
    const ready = Boolean(recording || unsent);
    voice.textContent = ready ? files.dataset.recordSend : files.dataset.record;
    voice.classList.toggle("on", ready);
    drop.hidden = !ready;
  };

  const send = async () => {
    if (recording) {
      const mine = recording;
      recording = null;
      unsent = await mine.stop();
    }
    const sound = unsent;
    unsent = null;
    show();
    if (!sound?.size) return;
    const body = new FormData(files);
    body.set("file", sound, "voice");
    // The answer leads to the page of the case, with a word if it was not sent.
    const answer = await fetch(files.action, { method: "POST", body }).catch(() => null);
    const led = answer?.ok ? new URL(answer.url) : null;
    if (led?.pathname !== location.pathname) {
      unsent = sound;
      show();
      status.textContent = led ? document.body.dataset.lost : document.body.dataset.offline;
      status.hidden = false;
      return;
    }
    location.replace(`${led}#end`);
    if (led.search === location.search) location.reload();
  };

  document.getElementById("file-go").hidden = true;
  chosen.classList.add("unseen");
  voice.hidden = !canRecord;
  chosen.addEventListener("change", () => {
    if (!chosen.files.length) return;
    if (chosen.files[0].size > LARGEST) location.assign("?said=file_size#end");
    else files.requestSubmit();
  });

  voice.addEventListener("click", async () => {
    if (recording || unsent) { await send(); return; }
    try {
      recording = await record(send);
    } catch {
      status.textContent = files.dataset.noMicrophone;
      status.hidden = false;
    }
    show();
  });

  drop.addEventListener("click", () => {
    recording?.drop();
    recording = null;
    unsent = null;
    show();
    voice.focus();
  });

  addEventListener("beforeunload", (event) => { if (recording || unsent) event.preventDefault(); });
}
