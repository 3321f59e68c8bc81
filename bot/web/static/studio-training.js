// Shows how far a training is while the page is open, and loads the page anew when it has ended.

const step = document.getElementById("step");
const bar = document.getElementById("bar");
const LOOK_EVERY = 2000;

document.getElementById("reload").hidden = true;

async function look() {
  try {
    const answer = await fetch("/studio/training/progress", { headers: { "X-Live": "1" } });
    if (answer.status === 401) { location.reload(); return; }
    const now = await answer.json();
    if (!now.active) { location.assign("/studio/training"); return; }
    if (step.textContent !== now.step) step.textContent = now.step;
    if (now.total) { bar.max = now.total; bar.value = now.done; } else bar.removeAttribute("value");
  } catch { /* the server is away for a moment: look again */ }
  setTimeout(look, LOOK_EVERY);
}

setTimeout(look, LOOK_EVERY);
