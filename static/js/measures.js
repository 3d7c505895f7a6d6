"use strict";
// The engineer's measures: keys go from row to row, Enter asks for the reason of what was typed.

const form = document.querySelector("[data-measures]");
const fields = (name) => [...form.querySelectorAll(`[data-${name}]`)];
const measures = fields("measure");
const reasons = fields("reason");
const MOVES = { ArrowDown: 1, ArrowUp: -1 };
let changed = false;

function go(field) {
  if (!field) return;
  field.focus();
  field.select();
}

// Enter leaves a measure for its reason where one was typed, and anything else for the next row.
function after(column, row) {
  const asks = column === measures && measures[row].value.trim();
  return asks ? reasons[row] : measures[row + 1];
}

form.addEventListener("keydown", (event) => {
  const column = [measures, reasons].find((one) => one.includes(event.target));
  if (!column || event.isComposing || !(event.key in MOVES || event.key === "Enter")) return;
  event.preventDefault();
  const row = column.indexOf(event.target);
  go(event.key === "Enter" ? after(column, row) : column[row + MOVES[event.key]]);
});

form.addEventListener("input", () => {
  changed = true;
});
form.addEventListener("submit", () => {
  changed = false;
});
window.addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault();
});
