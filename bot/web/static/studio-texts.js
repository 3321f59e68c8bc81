// What a sentence looks like while it is written, and how long it is. Saving works without this.

const HOLD = /\{\w+\}/g;

function show(form) {
  const field = form.querySelector("textarea");
  const text = field.value.replace(/\s+/g, " ").trim();
  const limit = Number(form.dataset.limit);
  const length = form.querySelector(".length");
  length.textContent = length.dataset.of.replace("{length}", [...text].length);
  length.classList.toggle("over", [...text].length > limit);
  const bubble = form.closest(".sentence").querySelector(".bubble");
  const pieces = [];
  let end = 0;
  for (const found of text.matchAll(HOLD)) {
    const mark = document.createElement("mark");
    mark.textContent = found[0];
    pieces.push(text.slice(end, found.index), mark);
    end = found.index + found[0].length;
  }
  bubble.replaceChildren(...pieces, text.slice(end));
}

for (const form of document.querySelectorAll("form.write")) {
  show(form);
  form.addEventListener("input", () => show(form));
}
