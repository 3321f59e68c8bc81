// Notices of the browser, for whoever asked for them here: that somebody waits, in which language, about what. No words.

const page = document.body.dataset;
const box = document.getElementById("notices");
const button = document.getElementById("tell");
const sound = document.getElementById("sound");
const note = document.getElementById("tell-note");
const KEY = "desk-notices";
const LOUD = "desk-notices-sound";

const on = () => localStorage.getItem(KEY) === "on" && Notification.permission === "granted";

function show() {
  button.textContent = on() ? page.tellNot : page.tell;
  button.setAttribute("aria-pressed", String(on()));
  sound.checked = localStorage.getItem(LOUD) === "on";
  if (Notification.permission === "denied") { button.disabled = true; note.textContent = page.tellRefused; }
}

function tell(card) {
  try {
    const notice = new Notification(card.notice, { tag: card.case, silent: localStorage.getItem(LOUD) !== "on" });
    notice.addEventListener("click", () => { window.focus(); notice.close(); });
  } catch { // phones allow it to installed pages only
    localStorage.removeItem(KEY);
    button.disabled = true;
    note.textContent = page.tellRefused;
  }
}

if ("Notification" in window && box) {
  box.hidden = false;
  show();
  button.addEventListener("click", async () => {
    if (on()) localStorage.removeItem(KEY);
    else if (await Notification.requestPermission() === "granted") localStorage.setItem(KEY, "on");
    show();
  });
  sound.addEventListener("change", () => localStorage.setItem(LOUD, sound.checked ? "on" : "off"));
  addEventListener("somebody-waits", (event) => { if (document.hidden && on()) event.detail.slice(0, 3).forEach(tell); });
}
