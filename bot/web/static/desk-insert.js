// Ready words without leaving the conversation: "/" or the button opens the search below the composer.

const box = document.getElementById("inserted");
const field = document.getElementById("text");
const address = () => document.getElementById("insert")?.href;
let asked = 0;

async function fetched(query) {
  const answer = await fetch(`${address()}?q=${encodeURIComponent(query)}`, { headers: { "X-Live": "1" } });
  if (!answer.ok || !answer.url.includes("/insert")) { location.reload(); throw new Error("signed out"); }
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

async function open() {
  if (!address()) return;
  if (!box.hidden) { document.getElementById("q").focus(); return; }
  const fresh = await fetched("");
  box.replaceChildren(fresh.getElementById("search"), fresh.getElementById("found"));
  box.hidden = false;
  const search = document.getElementById("q");
  search.addEventListener("input", () => find(search.value, 250));
  document.getElementById("search").addEventListener("submit", (event) => { event.preventDefault(); find(search.value, 0); });
  search.focus();
  box.scrollIntoView({ block: "nearest" });
}

function close() {
  box.hidden = true;
  box.replaceChildren();
  field.focus();
}

// The newest question wins, however slow an older one's answer comes.
function find(query, delay) {
  const mine = ++asked;
  setTimeout(async () => {
    if (mine !== asked) return;
    const fresh = await fetched(query);
    if (mine === asked && !box.hidden) document.getElementById("found").replaceWith(fresh.getElementById("found"));
  }, delay);
}

// What is chosen goes out without leaving the page, so that a half-written answer stays. After a sentence the next one of
// the interview stands ready; after an article the panel has done its work.
async function send(form) {
  if (form.dataset.sent) return;
  form.dataset.sent = "1";
  const body = new URLSearchParams(new FormData(form));
  const answer = await fetch(form.action, { method: "POST", body }).catch(() => null);
  if (!answer) { refuse(form, document.body.dataset.offline); return; }
  const text = await answer.text();
  if (!answer.ok) { refuse(form, text); return; }
  if (!answer.url.includes("/desk/c/")) { location.assign(answer.url); return; }
  dispatchEvent(new CustomEvent("desk-changed", { detail: text }));
  if (!form.action.endsWith("/phrase")) { close(); return; }
  document.getElementById("found").replaceWith((await fetched(document.getElementById("q").value)).getElementById("found"));
  document.querySelector("#found .sentences li")?.scrollIntoView({ block: "nearest" });
  (document.querySelector("#found .sentences button") ?? document.getElementById("q")).focus();
}

// The office's own words are only put where the hand is: the operator reads and changes them before they go out.
function put(words) {
  field.setRangeText(words, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  close();
}

function refuse(form, text) {
  delete form.dataset.sent;
  const why = new DOMParser().parseFromString(text, "text/html").querySelector("[role=alert]");
  form.querySelector("[role=alert]")?.remove();
  const said = document.createElement("p");
  said.setAttribute("role", "alert");
  said.textContent = text;
  form.append(why ?? said);
}

box.addEventListener("submit", (event) => {
  if (event.target.id === "search") return;
  event.preventDefault();
  if ("put" in event.target.dataset) put(event.target.closest("li").querySelector(".words").textContent); else send(event.target);
});

// The button is exchanged whenever the page looks again, so the listener sits above it.
addEventListener("click", (event) => {
  if (!event.target.closest?.("#insert") || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  if (box.hidden) open(); else close();
});

addEventListener("keydown", (event) => {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName ?? "");
  if (event.key === "Escape" && !box.hidden) { close(); return; }
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (typing && !(event.target === field && field.value === "")) return;
  event.preventDefault();
  open();
});
