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

  const show = () => {
    voice.textContent = recording ? files.dataset.recordSend : files.dataset.record;
    voice.classList.toggle("on", Boolean(recording));
    drop.hidden = !recording;
  };

  const send = async () => {
    const mine = recording;
    recording = null;
    show();
    const sound = await mine.stop();
    if (!sound.size) return;
    const body = new FormData(files);
    body.set("file", sound, "voice");
    // The answer leads to the page of the case, with a word if it was not sent.
    const answer = await fetch(files.action, { method: "POST", body });
    location.replace(answer.url);
    if (new URL(answer.url).pathname === location.pathname) location.reload();
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
    if (recording) { await send(); return; }
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
    show();
    voice.focus();
  });

  addEventListener("beforeunload", (event) => { if (recording) event.preventDefault(); });
}
