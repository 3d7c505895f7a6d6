"use strict";
// A column of scores: keys go from row to row, empty rows are filled at once, nothing typed is lost.

const scores = document.querySelector("[data-scores]");
const fields = scores ? [...scores.querySelectorAll("[data-score]")] : [];
const MOVES = { Enter: 1, ArrowDown: 1, ArrowUp: -1 };
let changed = false;

function beside(field, step) {
  return fields[fields.indexOf(field) + step];
}

scores?.addEventListener("keydown", (event) => {
  const step = MOVES[event.key];
  if (!step || !event.target.matches("[data-score]") || event.isComposing) return;
  // The arrow keys choose inside a list; Enter leaves it.
  if (event.target.tagName === "SELECT" && event.key !== "Enter") return;
  event.preventDefault();
  const next = beside(event.target, step);
  if (!next) return;
  next.focus();
  if (next.select) next.select();
});

scores?.addEventListener("input", (event) => {
  changed = changed || event.target.matches("[data-score]");
});

scores?.querySelector("[data-scores-fill]")?.addEventListener("click", (event) => {
  const { scoresFill } = event.currentTarget.dataset;
  fields.filter((field) => !field.value.trim()).forEach((field) => (field.value = scoresFill));
  changed = true;
  scores.querySelector("[data-scores-save]").focus();
});

scores?.addEventListener("submit", () => {
  changed = false;
});
window.addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault();
});
