# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the page does beyond showing: sorting and filtering the table of tenants, and unfolding. Everything can be read
without it.
"""

from __future__ import annotations

SCRIPT = """(() => {
"use strict";
const one = (selector) => document.querySelector(selector);
const all = (selector, from) => [...(from || document).querySelectorAll(selector)];
const table = one("#overview"), body = table.tBodies[0], rows = [...body.rows], headers = all("thead th", table);
all(".t[hidden]").forEach((tools) => { tools.hidden = false; });

const value = (row, column, kind) => {
  const cell = row.cells[column], given = cell.dataset.v;
  return kind === "t" ? cell.textContent : Number(given === undefined ? -cell.textContent : given);
};
const sort = (column, kind, down) => {
  const keyed = rows.map((row, place) => [value(row, column, kind), place, row]);
  keyed.sort((a, b) => (kind === "t" ? a[0].localeCompare(b[0]) : a[0] - b[0]) * (down ? -1 : 1) || a[1] - b[1]);
  body.append(...keyed.map((entry) => entry[2]));
};
headers.forEach((header, column) => {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = header.textContent;
  header.replaceChildren(button);
  button.addEventListener("click", () => {
    const down = header.getAttribute("aria-sort") === "ascending";
    headers.forEach((other) => other.removeAttribute("aria-sort"));
    header.setAttribute("aria-sort", down ? "descending" : "ascending");
    sort(column, header.dataset.s, down);
  });
});

const filter = one("#filter"), shown = one("#shown"), sections = all("details.tenant");
filter.addEventListener("input", () => {
  const words = filter.value.toLowerCase().split(/\\s+/).filter(Boolean);
  const fits = (text) => words.every((word) => text.toLowerCase().includes(word));
  let count = 0;
  rows.forEach((row) => { row.hidden = !fits(row.textContent); count += row.hidden ? 0 : 1; });
  sections.forEach((section) => { section.hidden = !fits(section.firstElementChild.textContent); });
  shown.textContent = words.length ? `${count} of ${rows.length} shown` : "";
});

const unfold = one("#unfold");
unfold.addEventListener("click", () => {
  const open = !sections.every((section) => section.open);
  sections.forEach((section) => { section.open = open; });
  unfold.textContent = open ? "Fold all" : "Unfold all";
});

let folded = [];
addEventListener("beforeprint", () => {
  folded = all("details:not([open])");
  folded.forEach((part) => { part.open = true; });
});
addEventListener("afterprint", () => folded.forEach((part) => { part.open = false; }));
})();"""
