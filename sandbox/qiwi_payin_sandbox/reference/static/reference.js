// Finds operations, objects and fields by words, and unfolds the examples for printing.
(() => {
  "use strict";

  const form = document.querySelector(".search");
  const input = document.getElementById("find");
  const nothing = document.getElementById("nothing");
  if (!form || !input) return;
  form.hidden = false;

  const parts = [...document.querySelectorAll("[data-words]")];
  const sections = [...document.querySelectorAll(".tag, .contents details")];

  const find = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    parts.forEach((part) => {
      const text = part.dataset.words.toLowerCase();
      part.hidden = !words.every((word) => text.includes(word));
    });
    sections.forEach((section) => {
      section.hidden = words.length > 0 && !section.querySelector("[data-words]:not([hidden])");
      if (words.length && section.tagName === "DETAILS" && !section.hidden) section.open = true;
    });
    nothing.hidden = !words.length || parts.some((part) => !part.hidden);
  };

  input.addEventListener("input", find);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const first = document.querySelector(".operation[data-words]:not([hidden])");
    if (first) location.hash = first.id;
  });
  addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.matches("input, textarea, select")) {
      event.preventDefault();
      input.focus();
    }
  });

  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll(".example:not([open])")];
    opened.forEach((details) => { details.open = true; });
  });
  addEventListener("afterprint", () => opened.forEach((details) => { details.open = false; }));
})();
