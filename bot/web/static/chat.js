// The chat page with JavaScript. It keeps nothing on the device: what was not stored yet lives in memory only.
// Every message has a number; it is sent again until the server says that it is stored. What comes from the
// server is rendered there and read from the last number the page has.

import { canRecord, record as listenToVoice } from "./recorder.js";

const page = document.body.dataset;
const record = document.getElementById("record");
const form = document.getElementById("write");
const field = document.getElementById("text");
const status = document.getElementById("status");
const live = document.getElementById("live");
const office = document.getElementById("office");
const title = document.title;

const waiting = [];
let number = 0;
let sending = false;
let leaving = false;
let hasChat = page.hasChat === "1";
let last = Number(page.last);
let source = null;
let unread = 0;
const stop = new AbortController();
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
const byHand = matchMedia("(pointer: fine)").matches;

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

function say(text) {
  status.hidden = !text;
  status.textContent = text || "";
}

// Follow the talk only while its last message is on the screen: who reads further up is not pulled away.
function follows() {
  const last = record.lastElementChild;
  return !last || last.getBoundingClientRect().top < innerHeight;
}

// A message longer than the screen is read from its beginning.
function bring(item, behavior = calm ? "instant" : "smooth") {
  const room = innerHeight - 200;
  item.scrollIntoView({ behavior, block: item.offsetHeight > room ? "start" : "nearest" });
}

function dropChoices() {
  for (const choices of record.querySelectorAll(".choices")) choices.remove();
}

// What the person sends is shown from their own device until it comes back from the server.
function shownFile(file) {
  const place = URL.createObjectURL(file);
  if (file.type.startsWith("audio/") || file.type.startsWith("image/")) {
    const item = document.createElement(file.type.startsWith("audio/") ? "audio" : "img");
    item.src = place;
    if (item.tagName === "AUDIO") item.controls = true;
    else { item.className = "photo"; item.alt = file.name || ""; }
    return item;
  }
  const link = document.createElement("a");
  Object.assign(link, { href: place, target: "_blank", className: "paper", textContent: `📄 ${file.name || ""}` });
  return link;
}

function bubble(text, file) {
  const item = document.createElement("li");
  item.className = "bubble person new";
  const who = document.createElement("span");
  who.className = "who";
  who.textContent = page.you;
  const words = document.createElement("div");
  words.className = "words";
  words.dir = "auto";
  if (file) words.append(shownFile(file));
  else words.textContent = text;
  const fate = document.createElement("span");
  fate.className = "fate";
  fate.textContent = page.sending;
  item.append(who, words, fate);
  record.append(item);
  return { item, fate };
}

function write(text, button, file) {
  dropChoices();
  record.querySelector(".start")?.remove();
  number += 1;
  const shown = bubble(text, file);
  waiting.push({ number, text: button ? "" : text, button, file, at: Date.now(), ...shown });
  bring(shown.item);
  post();
}

function fields(message) {
  return {
    page: page.page, number: message.number, text: message.text, button: message.button,
    lang: page.lang, keep: form.elements.keep.checked, age: Math.max(0, Math.floor((Date.now() - message.at) / 1000)),
  };
}

function asked(message) {
  if (!message.file) {
    return ["/chat/send", { headers: { "Content-Type": "application/json" }, body: JSON.stringify(fields(message)) }];
  }
  const body = new FormData();
  const { button: _none, keep, ...rest } = fields(message);
  for (const [name, value] of Object.entries({ ...rest, keep: keep ? "1" : "" })) body.append(name, value);
  body.append("file", message.file, "file");
  return [`/chat/file?${new URLSearchParams({ lang: page.lang })}`, { body }];
}

async function attempt(message) {
  try {
    const [address, what] = asked(message);
    const answer = await fetch(address, { method: "POST", ...what, signal: stop.signal });
    if (answer.ok) return { stored: true };
    if (message.file && answer.status < 500 && answer.status !== 429) {
      const told = await answer.json().catch(() => ({}));
      return { said: told.said || page.notSent, refused: true };
    }
    if (answer.status === 429) {
      const { said } = await answer.json();
      return { said, wait: Number(answer.headers.get("Retry-After") || 20) };
    }
    return { said: page.notSent, wait: answer.status < 500 ? 0 : 3, refused: answer.status < 500 };
  } catch {
    return { said: page.offline };
  }
}

// One at a time and in order: what was written first is stored first.
async function post() {
  if (sending) return;
  sending = true;
  let tries = 0;
  while (waiting.length && !leaving) {
    const message = waiting[0];
    const result = await attempt(message);
    if (result.stored || result.refused) {
      waiting.shift();
      message.fate.textContent = result.stored ? "" : "✕";
      say(result.said);
      hasChat = hasChat || Boolean(result.stored);
      tries = 0;
      listen();
      continue;
    }
    message.fate.textContent = page.notSent;
    say(result.said);
    tries += 1;
    await Promise.race([pause((result.wait || Math.min(15, 2 ** tries)) * 1000), online()]);
  }
  sending = false;
}

function online() {
  return new Promise((done) => addEventListener("online", done, { once: true }));
}

function listen() {
  if (!hasChat || leaving || (source && source.readyState !== EventSource.CLOSED)) return;
  const query = new URLSearchParams({ after: String(last), lang: page.lang });
  source = new EventSource(`/chat/events?${query}`);
  source.addEventListener("message", (event) => show(event));
  source.addEventListener("office", (event) => { office.hidden = !JSON.parse(event.data).has_question; });
  source.addEventListener("erased", erase);
  source.addEventListener("gone", () => { erase(); source.close(); hasChat = false; });
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
  });
}

function show(event) {
  const seq = Number(event.lastEventId);
  if (seq <= last) return;
  last = seq;
  const follow = follows();
  dropChoices();
  const holder = document.createElement("template");
  holder.innerHTML = JSON.parse(event.data).html;
  const item = holder.content.firstElementChild;
  item.classList.add("new");
  // What is still on its way stays below: it will be answered later.
  const first = waiting.length ? waiting[0].item : null;
  record.insertBefore(item, first);
  announce(item);
  if (follow) bring(item);
}

function announce(item) {
  const who = item.querySelector(".who").textContent;
  const line = document.createElement("p");
  line.textContent = `${page.new}. ${who}: ${item.querySelector(".words").textContent}`;
  live.replaceChildren(line);
  if (document.hidden) {
    unread += 1;
    document.title = `(${unread}) ${page.new}`;
  }
}

function erase() {
  last = 0;
  const kept = new Set(waiting.map((message) => message.item));
  for (const item of [...record.children]) if (!kept.has(item)) item.remove();
}

// The words go from the screen at once, before anything is asked of the network.
async function leave() {
  leaving = true;
  stop.abort();
  recording?.drop();
  waiting.length = 0;
  if (source) source.close();
  document.body.classList.add("gone");
  document.title = "-";
  field.value = "";
  record.replaceChildren();
  for (;;) {
    try {
      const answer = await fetch("/chat/leave", {
        method: "POST", headers: { Accept: "application/json" }, keepalive: true,
      });
      if (answer.ok) break;
    } catch { /* no connection: try again, the page stays empty */ }
    await pause(1000);
  }
  location.replace("/leave");
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = field.value.trim();
  if (!text) return;
  field.value = "";
  write(text, "");
  field.focus();
});

field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});

record.addEventListener("submit", (event) => {
  event.preventDefault();
  const button = event.submitter;
  write(button.textContent.replace(/\s+/g, " ").trim(), button.value);
  if (byHand) field.focus({ preventScroll: true });
});

// Voice, photos and papers: for the office, so the server says when there is none.
const chosen = document.getElementById("file");
const voice = document.getElementById("voice");
const dropVoice = document.getElementById("voice-drop");
const voiceWords = document.getElementById("voice-words");
let recording = null;

chosen.addEventListener("change", () => {
  for (const file of chosen.files) write("", "", file);
  chosen.value = "";
});

function showRecording() {
  voiceWords.textContent = recording ? page.recordSend : page.record;
  voice.classList.toggle("on", Boolean(recording));
  dropVoice.hidden = !recording;
}

async function sendVoice() {
  const mine = recording;
  recording = null;
  showRecording();
  const sound = await mine.stop();
  if (sound.size) write("", "", sound);
}

voice.addEventListener("click", async () => {
  if (recording) { await sendVoice(); return; }
  try {
    recording = await listenToVoice(sendVoice);
  } catch {
    say(page.noMicrophone);
  }
  showRecording();
});

dropVoice.addEventListener("click", () => {
  recording?.drop();
  recording = null;
  showRecording();
  voice.focus();
});

document.querySelector(".leave").addEventListener("submit", (event) => {
  event.preventDefault();
  leave();
});

form.elements.keep.addEventListener("change", (event) => {
  if (hasChat) fetch("/chat/keep", { method: "POST", body: new URLSearchParams({ keep: event.target.checked ? "1" : "" }) });
});

addEventListener("offline", () => say(page.offline));
addEventListener("online", () => { if (!waiting.length) say(""); listen(); });
addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  unread = 0;
  document.title = title;
  listen();
});
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
addEventListener("beforeunload", (event) => { if (waiting.length && !leaving) event.preventDefault(); });

document.getElementById("reload").hidden = true;
document.getElementById("files").hidden = false;
voice.hidden = !canRecord;
if (!record.querySelector(".start")) bring(record.lastElementChild, "instant");
listen();
