"use strict";
// The month grid: one cell has the focus, arrow keys move it, marks are kept until they are saved.

const SYMBOLS = { 0: "", 0.5: "◇", 1: "√" };
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const WANTED = { " ": "1", 1: "1", h: "0.5", H: "0.5", 0: "0", Delete: "0", Backspace: "0" };
const form = document.querySelector("[data-grid-form]");
const grid = document.querySelector("[data-grid]");
const rows = [...grid.tBodies[0].rows].map((row) => [...row.querySelectorAll("[data-day]")]);
const marks = {};

function enter(cell) {
  grid.querySelectorAll('[tabindex="0"]').forEach((other) => (other.tabIndex = -1));
  cell.tabIndex = 0;
  cell.focus();
}

function mayChange(cell) {
  return cell.classList.contains("day--open") || cell.classList.contains("day--book");
}

function total(row) {
  const days = [...row.querySelectorAll("[data-day]")].reduce((sum, cell) => sum + Number(cell.dataset.worth), 0);
  row.querySelector(".grid-total").textContent = String(days);
}

function mark(cell, wanted) {
  if (!mayChange(cell)) return;
  const worth = wanted === cell.dataset.worth ? "0" : wanted;
  cell.dataset.was ??= cell.dataset.worth;
  cell.dataset.worth = worth;
  cell.textContent = SYMBOLS[worth];
  cell.classList.toggle("day--changed", worth !== cell.dataset.was);
  remember(cell, worth);
  total(cell.parentNode);
}

function remember(cell, worth) {
  const { contract } = cell.parentNode.dataset;
  marks[contract] ??= {};
  if (worth === cell.dataset.was) delete marks[contract][cell.dataset.day];
  else marks[contract][cell.dataset.day] = worth;
  const count = Object.values(marks).reduce((sum, days) => sum + Object.keys(days).length, 0);
  const words = form.querySelector("[data-grid-changed]");
  words.textContent = count ? `${words.dataset.words}: ${count}` : "";
  form.querySelector("[data-grid-save]").disabled = !count;
}

function beside(cell, [down, right]) {
  const at = rows.findIndex((row) => row.includes(cell));
  return rows[at + down]?.[rows[at].indexOf(cell) + right];
}

grid.addEventListener("keydown", (event) => {
  const cell = event.target.closest("[data-day]");
  if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key in MOVES) {
    event.preventDefault();
    const next = beside(cell, MOVES[event.key]);
    if (next) enter(next);
  } else if (event.key in WANTED) {
    event.preventDefault();
    mark(cell, WANTED[event.key]);
  }
});

grid.addEventListener("click", (event) => {
  const cell = event.target.closest("[data-day]");
  if (!cell) return;
  enter(cell);
  mark(cell, "1");
});

let leaving = false;
form.addEventListener("submit", () => {
  leaving = true;
  const changed = Object.entries(marks).filter(([, days]) => Object.keys(days).length);
  form.elements.marks.value = JSON.stringify(Object.fromEntries(changed));
});
window.addEventListener("beforeunload", (event) => {
  if (!leaving && !form.querySelector("[data-grid-save]").disabled) event.preventDefault();
});
if (rows.length && rows[0].length) rows[0][0].tabIndex = 0;
