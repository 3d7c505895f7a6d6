"use strict";
// The month grid: one cell has the focus, keys move it and mark it, marks are kept until they are
// saved, and after saving the focus is where it was.

const SYMBOLS = { 0: "", 0.5: "◇", 1: "√" };
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Enter: [1, 0] };
const JUMPS = { Home: "first", End: "last", PageUp: "top", PageDown: "bottom" };
const WANTED = { " ": "1", 1: "1", "√": "1", h: "0.5", "◇": "0.5", 0: "0", x: "0", "×": "0", Delete: "0", Backspace: "0" };
// An input method for Chinese hides which key was pressed; the place on the keyboard still says it.
const PLACES = { Space: " ", Digit1: "1", Numpad1: "1", KeyH: "h", Digit0: "0", Numpad0: "0", KeyX: "x", KeyL: "l" };
// Where hours or pieces are paid, a cell takes their number as it is typed.
const NUMBER = /^\d{0,4}(\.\d{0,2})?$/;
const CLEARS = ["Delete", "Backspace", "x", "×"];
const DIGIT = /^(?:Digit|Numpad)(\d)$/;
const AT_A_TIME = 10;
const form = document.querySelector("[data-grid-form]");
const grid = document.querySelector("[data-grid]");
const rows = [...grid.tBodies[0].rows].map((row) => [...row.querySelectorAll("[data-day]")]);
const places = new Map(rows.flatMap((cells, row) => cells.map((cell, column) => [cell, [row, column]])));
const KEPT = `grid:${location.pathname}`;
const marks = {};
let current = rows[0]?.[0];
let typing = "";

function enter(cell) {
  current.tabIndex = -1;
  current = cell;
  typing = "";
  cell.tabIndex = 0;
  cell.focus();
}

function mayChange(cell) {
  return cell.classList.contains("day--open") || cell.classList.contains("day--book");
}

function total(row) {
  const cells = [...row.querySelectorAll("[data-day]")];
  const sum = cells.reduce((so_far, cell) => so_far + Number(cell.dataset.worth), 0);
  row.querySelector(".grid-total").textContent = String(Math.round(sum * 100) / 100);
}

function mark(cell, wanted) {
  if (mayChange(cell)) show(cell, wanted === cell.dataset.worth ? "0" : wanted, SYMBOLS);
}

function isMeasured(cell) {
  return "measured" in cell.parentNode.dataset;
}

// A digit or a point, nothing for a key that clears, null for any other key.
function typedIn(key, code) {
  if (CLEARS.includes(key)) return "";
  if (/^[\d.]$/.test(key)) return key;
  return DIGIT.exec(code)?.[1] ?? (code === "Period" || code === "NumpadDecimal" ? "." : null);
}

function measure(cell, key) {
  if (!mayChange(cell)) return;
  const typed = key === "" ? "" : typing + key;
  if (!NUMBER.test(typed)) return;
  typing = typed;
  const worth = String(Number(typed) || 0);
  show(cell, worth, { [worth]: typed });
}

function show(cell, worth, symbols) {
  cell.dataset.was ??= cell.dataset.worth;
  cell.dataset.before ??= cell.textContent;
  cell.dataset.worth = worth;
  cell.textContent = worth === cell.dataset.was ? cell.dataset.before : symbols[worth];
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
  const [row, column] = places.get(cell);
  return rows[row + down]?.[column + right];
}

function jump(cell, where) {
  const [row, column] = places.get(cell);
  const last = rows.length - 1;
  return {
    first: rows[row][0],
    last: rows[row].at(-1),
    top: rows[Math.max(row - AT_A_TIME, 0)][column],
    bottom: rows[Math.min(row + AT_A_TIME, last)][column],
  }[where];
}

function askLeave(cell) {
  const { contract } = cell.parentNode.dataset;
  const day = `${grid.dataset.month}-${cell.dataset.day.padStart(2, "0")}`;
  location.assign(`${grid.dataset.leave}?contract=${contract}&day=${day}`);
}

grid.addEventListener("keydown", (event) => {
  const cell = event.target.closest("[data-day]");
  if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
  const hidden = event.isComposing || event.key === "Process";
  const key = hidden ? PLACES[event.code] : event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (key in MOVES) {
    const next = beside(cell, MOVES[key]);
    if (next) enter(next);
  } else if (key in JUMPS) enter(jump(cell, JUMPS[key]));
  else if (isMeasured(cell) && typedIn(key, event.code) !== null) measure(cell, typedIn(key, event.code));
  else if (!isMeasured(cell) && key in WANTED) mark(cell, WANTED[key]);
  else if (key === "l" || key === "△") askLeave(cell);
  else return;
  event.preventDefault();
});

grid.addEventListener("click", (event) => {
  const cell = event.target.closest("[data-day]");
  if (!cell) return;
  enter(cell);
  if (!isMeasured(cell)) mark(cell, "1");
});

let leaving = false;
form.addEventListener("submit", () => {
  leaving = true;
  const changed = Object.entries(marks).filter(([, days]) => Object.keys(days).length);
  form.elements.marks.value = JSON.stringify(Object.fromEntries(changed));
  sessionStorage.setItem(KEPT, JSON.stringify(places.get(current)));
});
window.addEventListener("beforeunload", (event) => {
  if (!leaving && !form.querySelector("[data-grid-save]").disabled) event.preventDefault();
});

if (current) current.tabIndex = 0;
const [row, column] = JSON.parse(sessionStorage.getItem(KEPT) ?? "[-1,-1]");
sessionStorage.removeItem(KEPT);
if (rows[row]?.[column]) enter(rows[row][column]);
