// A contact point's map and its next two weeks while one types. Without this the numbers and the button do the same.

const form = document.getElementById("office");
const map = document.getElementById("map");
const here = document.getElementById("here");
const lat = document.getElementById("lat");
const lon = document.getElementById("lon");
const scale = Object.fromEntries(["west", "north", "across", "down"].map((name) => [name, Number(map.dataset[name])]));
const LARGEST = 880;
const SMALLEST = 6;

for (const one of document.querySelectorAll(".with-script")) one.hidden = false;
for (const one of document.querySelectorAll(".no-script")) one.hidden = true;
map.setAttribute("role", "application");
map.setAttribute("tabindex", "0");

const number = (field) => (field.value.trim() === "" ? NaN : Number(field.value.replace(",", ".")));
const view = () => map.viewBox.baseVal;

function draw() {
  const [x, y] = [(number(lon) - scale.west) * scale.across, (scale.north - number(lat)) * scale.down];
  const known = Number.isFinite(x) && Number.isFinite(y);
  here.setAttribute("visibility", known ? "visible" : "hidden");
  if (known) { here.setAttribute("cx", x); here.setAttribute("cy", y); }
  here.setAttribute("r", view().width / 60);
  for (const one of map.querySelectorAll(".other")) one.setAttribute("r", view().width / 150);
  return known ? [x, y] : null;
}

function place(x, y) {
  lon.value = (x / scale.across + scale.west).toFixed(4);
  lat.value = (scale.north - y / scale.down).toFixed(4);
  draw();
}

const middle = () => [view().x + view().width / 2, view().y + view().height / 2];

function zoom(factor) {
  const side = Math.min(LARGEST, Math.max(SMALLEST, view().width * factor));
  const [x, y] = draw() ?? middle();
  map.setAttribute("viewBox", `${x - side / 2} ${y - side / 2} ${side} ${side}`);
  draw();
}

map.addEventListener("click", (event) => {
  const spot = new DOMPoint(event.clientX, event.clientY).matrixTransform(map.getScreenCTM().inverse());
  place(spot.x, spot.y);
});

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

map.addEventListener("keydown", (event) => {
  const step = STEPS[event.key];
  if (event.key === "+" || event.key === "-") { event.preventDefault(); zoom(event.key === "+" ? 0.5 : 2); }
  if (!step) return;
  event.preventDefault();
  const [x, y] = draw() ?? middle();
  place(x + (step[0] * view().width) / 50, y + (step[1] * view().width) / 50);
});

for (const button of document.querySelectorAll("[data-zoom]")) {
  button.addEventListener("click", () => zoom(Number(button.dataset.zoom)));
}
document.getElementById("unplace").addEventListener("click", () => { lat.value = lon.value = ""; draw(); });
for (const field of [lat, lon]) {
  field.addEventListener("input", () => { if (isOutside(draw())) zoom(1); });
}

function isOutside(spot) {
  const { x, y, width, height } = view();
  return spot && (spot[0] < x || spot[0] > x + width || spot[1] < y || spot[1] > y + height);
}

// The newest look wins; a page that is not this form (signed out) is left alone, the button then leads there.
let asked = 0;

async function look(mine) {
  const body = new URLSearchParams(new FormData(form));
  body.set("deed", "look");
  const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Live": "1" } }).catch(() => null);
  const fresh = answer && new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("fortnight");
  if (fresh && mine === asked) document.getElementById("fortnight").replaceWith(fresh);
}

form.addEventListener("input", (event) => {
  const way = event.target.closest(".by-week") ? "week" : event.target.closest(".by-text") ? "text" : "";
  if (way) form.querySelector(`[name=hours_by][value=${way}]`).checked = true;
  if (!event.target.closest(".by-week, .by-text, .closure, [name=hours_by], #holidays, #country, #zone")) return;
  const mine = ++asked;
  setTimeout(() => mine === asked && look(mine), 400);
});
