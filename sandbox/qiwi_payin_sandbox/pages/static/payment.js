// Makes the pages quicker to use. Each of them works without this file: the server checks and formats everything again.
"use strict";

const digitsOf = (text) => text.replace(/\D/g, "");

const passesLuhn = (digits) =>
  [...digits].reverse().reduce((sum, digit, place) => {
    const value = place % 2 ? Number(digit) * 2 : Number(digit);
    return sum + (value > 9 ? value - 9 : value);
  }, 0) % 10 === 0;

// What each field takes; the same rules as the server's.
const accepts = {
  pan: (text) => /^\d{13,19}$/.test(text.replace(/[\s-]/g, "")),
  expiryDate: (text) => /^(0?[1-9]\/|(0[1-9]|1[0-2])\/?)(20)?\d{2}$/.test(text.replace(/\s/g, "")),
  cvv2: (text) => /^\d{3,4}$/.test(text.trim()),
  holderName: (text) => /^[A-Za-z0-9 .'-]{0,26}$/.test(text.trim()),
};

const format = {
  pan: (text) => digitsOf(text).slice(0, 19).replace(/(\d{4})(?=\d)/g, "$1 "),
  expiryDate: (text) => {
    // a year of four digits, typed or filled in by the browser, becomes one of two
    const digits = digitsOf(text).replace(/^(\d{2})20(\d{2}).*$/, "$1$2").slice(0, /^\d{2}20/.test(digitsOf(text)) ? 6 : 4);
    return digits.length > 2 ? `${digits.slice(0, 2)}/${digits.slice(2)}` : digits;
  },
  cvv2: (text) => digitsOf(text).slice(0, 4),
};

// What a page that has this one in a frame is told; nothing but the name of the event, so anybody may hear it.
const tell = (event) => { if (event && parent !== window) parent.postMessage(event, "*"); };

// The rows of the bank's table: first digits from and to, and the payment system.
const schemeOf = (digits, rows) =>
  rows.find(([first, last]) => digits.length >= first.length && first <= digits.slice(0, first.length) && digits.slice(0, last.length) <= last)?.[2] ?? "";

// A month that is over, by the site's clock, is warned of: the bank decides.
const isPast = (text, now) => {
  const digits = text.replace(/\s/g, "").replace(/^(\d)\//, "0$1").replace(/\D/g, "");
  return digits.length >= 4 && `20${digits.slice(-2)}-${digits.slice(0, 2)}` < now;
};

const isDoubtful = {
  pan: (input) => !passesLuhn(digitsOf(input.value)),
  expiryDate: (input) => isPast(input.value, input.dataset.now),
};

function show(input, message, isWarning = false) {
  const place = document.getElementById(`${input.name}-error`);
  place.textContent = message;
  place.classList.toggle("warning", isWarning);
  if (message && !isWarning) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
}

function check(input) {
  const { missing, format: wrong, warning } = input.dataset;
  if (!input.value.trim() && missing) return show(input, missing), false;
  if (!accepts[input.name](input.value)) return show(input, wrong), false;
  const isDoubted = Boolean(warning && isDoubtful[input.name](input));
  show(input, isDoubted ? warning : "", isDoubted);
  return true;
}

// Regroups while typing, with the caret left behind the same digit. A text being corrected in other signs is left alone.
function regroup(input) {
  const shaped = format[input.name];
  if (!shaped || /[^\d\s/-]/.test(input.value)) return;
  if (input.name === "expiryDate" && /^\s*\d?\s*\//.test(input.value)) return;
  const digitsBefore = digitsOf(input.value.slice(0, input.selectionStart)).length;
  const text = shaped(input.value);
  if (text === input.value) return;
  input.value = text;
  let caret = 0;
  for (let seen = 0; caret < text.length && seen < digitsBefore; caret += 1) if (/\d/.test(text[caret])) seen += 1;
  if (digitsOf(text.slice(caret)) === "") caret = text.length;
  input.setSelectionRange(caret, caret);
}

// A message that appears moves what is below it; while the pointer is down, a button would slip away from under it.
let pressed = false;
addEventListener("pointerdown", () => { pressed = true; }, true);
addEventListener("pointercancel", () => { pressed = false; }, true);
addEventListener("pointerup", () => { pressed = false; }, true);

function whenReleased(task) {
  if (pressed) addEventListener("pointerup", () => setTimeout(task), { once: true });
  else task();
}

function nameScheme(input) {
  const place = document.getElementById("scheme");
  const scheme = schemeOf(digitsOf(input.value), JSON.parse(input.dataset.schemes));
  if (place.textContent !== scheme) place.textContent = scheme;
}

function preparePayment(form) {
  const inputs = [...form.querySelectorAll(".typed-card input")];
  const typed = () => form.elements.card === undefined || form.elements.card.value === "another";
  for (const input of inputs) {
    input.addEventListener("input", (event) => {
      if (!event.inputType?.startsWith("delete")) regroup(input);
      if (input.name === "pan") nameScheme(input);
      if (input.getAttribute("aria-invalid") && accepts[input.name](input.value)) check(input);
    });
    input.addEventListener("blur", () => { if (input.value) whenReleased(() => check(input)); });
  }
  form.addEventListener("submit", (event) => {
    const button = form.querySelector("button[type=submit]");
    const wrong = typed() ? inputs.filter((input) => !check(input)) : [];
    if (button.getAttribute("aria-disabled")) return event.preventDefault();
    if (wrong.length) {
      wrong[0].focus();
      return event.preventDefault();
    }
    button.setAttribute("aria-disabled", "true");
    button.querySelector("span").textContent = form.dataset.busy;
    tell("PAYMENT_ATTEMPT");
  });
  for (const fill of document.querySelectorAll("[data-fill]")) {
    fill.hidden = false;
    fill.addEventListener("click", () => {
      const another = document.getElementById("another-card");
      if (another) another.checked = true;
      for (const input of inputs) {
        input.value = fill.dataset[input.name] ?? "";
        show(input, "");
        if (input.name === "pan") nameScheme(input);
      }
      form.querySelector("button[type=submit]").focus();
    });
  }
}

// A page that only leads on is passed in both directions: whoever goes back must not be sent forward again.
const handover = document.querySelector("form[data-auto-submit]");
const [arrival] = performance.getEntriesByType("navigation");

// A page that the browser kept and shows again on "back" tells an old state.
addEventListener("pageshow", (event) => {
  if (event.persisted && handover) history.back();
  else if (event.persisted) location.reload();
});

tell(document.body.dataset.event);
document.querySelectorAll("form[data-payment]").forEach(preparePayment);
if (arrival?.type === "back_forward" && handover) history.back();
else handover?.submit();
