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
