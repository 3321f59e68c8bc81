// The editor of a text: keeps what is typed, shows it as people will see it, puts marks where the cursor is.

const form = document.getElementById("article");
const state = document.getElementById("saved");
const say = document.body.dataset;
const PREVIEW_AFTER = 700;
const SAVE_AFTER = 3000;
const AGAIN_AFTER = 15000;
let typed = 0;
let kept = 0;
let looked = 0;
let saving = null;
let refused = false;
let previewTimer;
let saveTimer;

const body = () => new FormData(form);
const clock = () => new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });

function tell(words, wrong = false) {
  if (state.textContent !== words) state.textContent = words;
  state.classList.toggle("problem", wrong);
}

// One saving after the other: each takes the number that the one before it brought back.
function save() {
  saving ??= keep().finally(() => { saving = null; });
  return saving;
}

async function keep() {
  clearTimeout(saveTimer);
  if (refused || kept === typed) return;
  const mine = typed;
  tell(say.saving);
  const answer = await fetch(form.action, { method: "POST", body: body(), headers: { "X-Autosave": "1" }, redirect: "manual" }).catch(() => null);
  if (answer?.ok) {
    form.elements.version.value = (await answer.json()).version;
    kept = mine;
    tell(typed === kept ? say.saved.replace("{time}", clock()) : say.unsaved);
    if (typed !== kept) later();
  } else if (answer?.status === 409) {
    refused = true;
    tell(say.refused, true);
  } else {
    const out = answer?.type === "opaqueredirect" || [401, 403].includes(answer?.status);
    const here = out && await renew();
    tell(out && !here ? say.signedOut : say.offline, true);
    saveTimer = setTimeout(save, here ? 0 : AGAIN_AFTER);
  }
}

// Whoever signed in again in another window has another session, and its forms another token.
async function renew() {
  const answer = await fetch(location.pathname, { headers: { "X-Live": "1" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return false;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[name=csrf]")?.value;
  const changed = Boolean(fresh) && fresh !== form.elements.csrf.value;
  if (changed) form.elements.csrf.value = fresh;
  return changed;
}

function later() {
  clearTimeout(saveTimer);
  saveTimer = setTimeout(save, SAVE_AFTER);
}

// The newest look wins; what is open stays open.
async function look() {
  const mine = ++looked;
  const box = document.getElementById("preview");
  const answer = await fetch(box.dataset.address, { method: "POST", body: body() }).catch(() => null);
  if (mine !== looked || !answer?.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const open = document.querySelector("#preview details[open]")?.dataset.channel;
  for (const one of fresh.querySelectorAll("#preview details")) one.open = one.dataset.channel === (open ?? "telegram");
  for (const one of fresh.querySelectorAll("[id]")) document.getElementById(one.id)?.replaceWith(one);
}

form.addEventListener("input", () => {
  typed += 1;
  if (!refused) tell(say.unsaved);
  clearTimeout(previewTimer);
  previewTimer = setTimeout(look, PREVIEW_AFTER);
  later();
});

addEventListener("visibilitychange", () => { if (document.hidden) save(); });
addEventListener("beforeunload", (event) => { if (kept !== typed && !leaving) { save(); event.preventDefault(); } });

// A button of the form does its work when the words are kept. Where they cannot be, the page stays, and they with it.
let leaving = false;
form.addEventListener("submit", async (event) => {
  clearTimeout(saveTimer);
  leaving = !saving && (refused || kept === typed);
  if (leaving) return;
  event.preventDefault();
  await save();
  await save();
  if (refused || kept === typed) form.requestSubmit(event.submitter);
});

addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "s") { event.preventDefault(); save(); }
});

let field = document.getElementById("summary");
form.addEventListener("focusin", (event) => { if (event.target.matches("textarea")) field = event.target; });
for (const button of document.querySelectorAll(".mark-it")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    field.setRangeText(button.dataset.mark, field.selectionStart, field.selectionEnd, "end");
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
