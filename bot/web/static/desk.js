// The desk, live: the server says only "look again", the page fetches itself and changes what differs.

const page = document.body.dataset;
const status = document.getElementById("status");
const live = document.getElementById("live");
const form = document.getElementById("end");
const lines = document.getElementById("lines");
const title = document.title;

let unread = 0;
let looking = false;
let again = false;

function badge() {
  const waiting = Number(document.getElementById("waiting").dataset.count);
  const count = unread + waiting;
  document.title = count ? `(${count}) ${title}` : title;
}

function announce(text) {
  const line = document.createElement("p");
  line.textContent = text;
  live.replaceChildren(line);
}

// One fetch at a time; a word that comes meanwhile makes one more.
async function look() {
  if (looking) { again = true; return; }
  looking = true;
  try {
    const answer = await fetch(location.pathname, { headers: { "X-Live": "1" } });
    if (answer.status === 401 || (answer.redirected && !answer.url.endsWith(location.pathname))) { location.reload(); return; }
    if (answer.ok) change(new DOMParser().parseFromString(await answer.text(), "text/html"));
    status.hidden = true;
  } catch {
    status.textContent = page.offline;
    status.hidden = false;
  } finally {
    looking = false;
  }
  if (again) { again = false; look(); }
}

function change(fresh) {
  const before = Number(document.getElementById("waiting").dataset.count);
  const said = lines ? lines.querySelectorAll(".line.person").length : 0;
  for (const part of document.querySelectorAll("[data-live]")) {
    const now = fresh.getElementById(part.id);
    if (now && now.innerHTML !== part.innerHTML) swap(part, now);
  }
  const after = Number(document.getElementById("waiting").dataset.count);
  if (after > before) announce(page.newWaiting);
  if (lines && lines.querySelectorAll(".line.person").length > said) {
    announce(`${page.newMessage}: ${[...lines.querySelectorAll(".line.person .words")].at(-1).textContent}`);
    if (document.hidden) unread += 1;
  }
  badge();
}

// What has the focus keeps it: buttons bear the name of what they do.
function swap(part, now) {
  const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
  const atEnd = part === lines && part.scrollTop + part.clientHeight > part.scrollHeight - 60;
  part.replaceChildren(...now.childNodes);
  if (now.dataset.count !== undefined) part.dataset.count = now.dataset.count;
  if (focused) (document.getElementById(focused) || part.querySelector("button, a"))?.focus();
  if (atEnd) part.scrollTop = part.scrollHeight;
}

function listen() {
  const source = new EventSource(`/desk/events?case=${page.case}`);
  source.addEventListener("look", look);
  source.addEventListener("ended", () => location.reload());
  source.addEventListener("open", look);
  source.addEventListener("error", () => {
    status.textContent = page.offline;
    status.hidden = false;
    if (source.readyState === EventSource.CLOSED) { look(); setTimeout(listen, 5000); }
  });
}

// The session ends after 30 minutes without a hand on the page; a hand counts, an open page does not.
let told = Date.now();
function here() {
  if (Date.now() - told < 60000) return;
  told = Date.now();
  fetch("/desk/here", { method: "POST", body: new URLSearchParams({ csrf: page.csrf }) }).catch(() => {});
}
for (const kind of ["pointerdown", "pointermove", "keydown"]) addEventListener(kind, here, { passive: true });

addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  unread = 0;
  badge();
  look();
});

// What was typed and not sent must not be lost by a wrong click; a second click sends nothing.
if (form) {
  const field = document.getElementById("text");
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) { event.preventDefault(); return; }
    sent = true;
    form.querySelector("button").disabled = true;
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
