"use strict";
for (const filters of document.querySelectorAll("[data-filters]")) {
  const rows = [...document.getElementById(filters.dataset.filters).tBodies[0].rows];
  const box = filters.querySelector("input");
  const buttons = [...filters.querySelectorAll("button")];
  const shown = filters.querySelector(".shown");
  let texts;

  const apply = () => {
    texts ??= rows.map((row) => row.textContent.toLowerCase());
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    const off = new Set(
      buttons.filter((button) => button.ariaPressed === "false").map((button) => button.dataset.severity),
    );
    let count = 0;
    rows.forEach((row, at) => {
      row.hidden = off.has(row.dataset.severity) || !words.every((word) => texts[at].includes(word));
      count += row.hidden ? 0 : 1;
    });
    shown.textContent = `${count} of ${rows.length} shown`;
  };

  for (const button of buttons) {
    button.addEventListener("click", () => {
      button.ariaPressed = button.ariaPressed === "true" ? "false" : "true";
      apply();
    });
  }
  box.addEventListener("input", apply);
  filters.hidden = false;
  apply();
}
