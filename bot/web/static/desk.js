// The desk, live: the server says only "look again", the page fetches itself and changes what differs.

const page = document.body.dataset;
const status = document.getElementById("status");
const live = document.getElementById("live");
const idle = document.getElementById("idle");
const form = document.getElementById("end");
const lines = document.getElementById("lines");
const waiting = document.getElementById("waiting");
const title = document.title;

let unread = 0;
let looking = false;
let again = false;
let whole = false;

function badge() {
  const count = unread + Number(waiting.dataset.count);
  document.title = count ? `(${count}) ${title}` : title;
}

function announce(text) {
  const line = document.createElement("p");
  line.textContent = text;
  live.replaceChildren(line);
}

// Where only the lists changed, only they are asked for.
function look(event) {
  whole = whole || !event?.data || JSON.parse(event.data).only !== "lists";
  refresh();
}

// One fetch at a time; a word that comes meanwhile makes one more.
async function refresh() {
  if (looking) { again = true; return; }
  looking = true;
  const address = whole ? location.pathname : `${location.pathname}?only=lists`;
  whole = false;
  try {
    const answer = await fetch(address, { headers: { "X-Live": "1" } });
    if (answer.status === 401 || (answer.redirected && !answer.url.endsWith(location.pathname))) { leave(); return; }
    if (answer.ok) change(new DOMParser().parseFromString(await answer.text(), "text/html"));
    status.hidden = true;
  } catch {
    status.textContent = page.offline;
    status.hidden = false;
  } finally {
    looking = false;
  }
  if (again) { again = false; refresh(); }
}

// The session or the case is gone. What is typed stays to be copied; else the page shows what is true now.
function leave() {
  const send = document.getElementById("send");
  if (!form || !document.getElementById("text").value.trim()) { location.reload(); return; }
  status.textContent = page.lost;
  status.hidden = false;
  if (send) send.remove();
}

function change(fresh) {
  const before = new Map([...waiting.querySelectorAll("[data-case]")].map((card) => [card.dataset.case, card.dataset.notice]));
  const said = lines ? lines.querySelectorAll(".line.person").length : 0;
  for (const part of document.querySelectorAll("[data-live]")) {
    const now = fresh.getElementById(part.id);
    if (now && now.innerHTML !== part.innerHTML) swap(part, now);
  }
  const news = [...waiting.querySelectorAll("[data-case]")].filter((card) => before.get(card.dataset.case) !== card.dataset.notice);
  if (news.length) {
    announce(page.newWaiting);
    dispatchEvent(new CustomEvent("somebody-waits", { detail: news.map((card) => ({ ...card.dataset })) }));
  }
  if (lines && lines.querySelectorAll(".line.person").length > said) {
    announce(`${page.newMessage}: ${[...lines.querySelectorAll(".line.person .words")].at(-1).textContent}`);
    if (document.hidden) unread += 1;
  }
  badge();
}

addEventListener("desk-changed", (event) => {
  change(new DOMParser().parseFromString(event.detail, "text/html"));
  lines.scrollTop = lines.scrollHeight;
});

// What has the focus keeps it: buttons bear the name of what they do. What is being heard or seen is not cut off.
function swap(part, now) {
  const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
  const atEnd = part === lines && part.scrollTop + part.clientHeight > part.scrollHeight - 60;
  if (part === lines) keepPlaying(part, now);
  const playing = [...part.querySelectorAll("audio")].filter((audio) => !audio.paused);
  part.replaceChildren(...now.childNodes);
  for (const audio of playing) document.getElementById(audio.id)?.replaceWith(audio);  // a voice that is heard goes on
  if (now.dataset.count !== undefined) part.dataset.count = now.dataset.count;
  if (focused) (document.getElementById(focused) || part.querySelector("button, a"))?.focus();
  if (atEnd) part.scrollTop = part.scrollHeight;
}

function keepPlaying(part, now) {
  for (const sound of part.querySelectorAll("audio")) {
    const fresh = [...now.querySelectorAll("audio")].find((one) => one.getAttribute("src") === sound.getAttribute("src"));
    if (fresh && !sound.paused) fresh.replaceWith(sound);
  }
}

function listen() {
  const source = new EventSource(`/desk/events?case=${page.case}`);
  source.addEventListener("look", look);
  source.addEventListener("ended", leave);
  source.addEventListener("open", look);
  source.addEventListener("error", () => {
    status.textContent = page.offline;
    status.hidden = false;
    if (source.readyState === EventSource.CLOSED) { look(); setTimeout(listen, 5000); }
  });
}

// The session ends after 30 minutes without a hand on the page; a hand counts, an open page does not. The server counts
// whole minutes, so we say 29.
const IDLE = 29 * 60000;
let told = Date.now();
function here() {
  if (Date.now() - told < 60000) return;
  told = Date.now();
  idle.hidden = true;
  fetch("/desk/here", { method: "POST", body: new URLSearchParams({ csrf: page.csrf }) }).catch(() => {});
}
for (const kind of ["pointerdown", "pointermove", "keydown"]) addEventListener(kind, here, { passive: true });

setInterval(() => {
  const left = Math.round((told + IDLE - Date.now()) / 1000);
  idle.hidden = left > 120;
  if (idle.hidden) return;
  const shown = Math.max(left, 0);
  idle.textContent = page.idle.replace("{time}", `${Math.floor(shown / 60)}:${String(shown % 60).padStart(2, "0")}`);
  if (left <= -60) location.reload();
}, 1000);

addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  unread = 0;
  badge();
  look();
});

// A page that the browser kept for its "back" may be somebody else's after signing out.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

// What was typed and not sent must not be lost by a wrong click; a second click sends nothing.
if (form) {
  const field = document.getElementById("text");
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent || !document.getElementById("send")) { event.preventDefault(); return; }
    sent = true;
    document.getElementById("send").disabled = true;
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  addEventListener("beforeunload", (event) => { if (field.value.trim() && !sent) event.preventDefault(); });
  lines.scrollTop = lines.scrollHeight;
}

setInterval(look, 60000);
badge();
listen();
