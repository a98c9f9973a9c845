// Opens the payment form in a window upon a shop's page: QiwiCheckout.createInvoice() and QiwiCheckout.openInvoice().
(() => {
  "use strict";

  const root = new URL("../", document.currentScript.src);

  const words = {
    ru: { close: "Закрыть", form: "Форма оплаты" },
    en: { close: "Close", form: "Payment form" },
  };

  const style = `
    dialog {
      box-sizing: border-box; width: min(30rem, 100vw); height: min(52rem, 100dvh); max-width: 100vw; max-height: 100dvh;
      margin: auto; padding: 0; border: 0; border-radius: 14px; overflow: hidden; background: #eef1f3;
      box-shadow: 0 12px 48px rgb(0 0 0 / 35%); color-scheme: light dark;
    }
    dialog::backdrop { background: rgb(10 16 22 / 60%); }
    dialog[open] { display: grid; grid-template-rows: auto 1fr; }
    header {
      display: flex; align-items: center; justify-content: space-between; padding-left: 1rem;
      color: #51606d; font: .8125rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere;
    }
    iframe { display: block; width: 100%; height: 100%; border: 0; }
    button {
      flex: none; width: 2.75rem; height: 2.75rem; padding: 0; border: 0; background: none;
      color: #16212b; font: 1.5rem/1 system-ui, sans-serif; cursor: pointer;
    }
    button:focus-visible { outline: 3px solid #0b6b5d; outline-offset: -5px; border-radius: 10px; }
    @media (prefers-color-scheme: dark) {
      dialog { background: #0f151a; }
      header { color: #a3b1bc; }
      button { color: #e9eef2; }
      button:focus-visible { outline-color: #5cc9b4; }
    }
    @media (max-width: 30rem) { dialog { border-radius: 0; } }
  `;

  // How long the payer sees that the payment succeeded before the window closes.
  const LAST_LOOK = 3000;

  class CheckoutError extends Error {
    constructor(reason, message, fields) {
      super(message);
      this.name = "CheckoutError";
      this.reason = reason;
      if (fields) this.fields = fields;
    }
  }

  const messages = {
    POPUP_CLOSED: "the payer closed the window without paying",
    PAYMENT_FAILED: "the payment failed, and the payer closed the window",
    PAYMENT_UNFINISHED: "the payer closed the window before the payment had a result: ask for the invoice's status",
    INITIALIZATION_FAILED: "there is nothing to pay: the invoice is unknown or its term is over",
  };

  let isOpen = false;

  function open(address, data) {
    if (isOpen) return Promise.reject(new CheckoutError("POPUP_OPEN", "another payment form is open already"));
    const t = address.searchParams.get("lang") === "en" ? words.en : words.ru;
    const host = document.createElement("div");
    const shadow = host.attachShadow({ mode: "open" });
    // A style sheet made so is no inline style, which the shop's policy may forbid.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    shadow.adoptedStyleSheets = [sheet];
    const dialog = document.createElement("dialog");
    dialog.setAttribute("aria-label", t.form);
    const frame = document.createElement("iframe");
    frame.title = t.form;
    frame.allow = "payment";
    frame.src = address.href;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "×";
    button.setAttribute("aria-label", t.close);
    button.addEventListener("click", () => dialog.close());
    // The focus begins here and not in the frame: keys that are pressed there, such as Escape, do not reach the window.
    button.autofocus = true;
    const header = document.createElement("header");
    const place = document.createElement("span");
    place.textContent = address.host;
    header.append(place, button);
    dialog.append(header, frame);
    shadow.append(dialog);
    document.body.append(host);
    isOpen = true;

    return new Promise((resolve, reject) => {
      let outcome = "POPUP_CLOSED";
      const fail = (reason) => reject(new CheckoutError(reason, messages[reason]));

      // A failed attempt settles nothing: the form lets the payer try again.
      const listen = (event) => {
        if (event.source !== frame.contentWindow || event.origin !== address.origin) return;
        if (event.data === "PAYMENT_ATTEMPT") outcome = "PAYMENT_UNFINISHED";
        else if (event.data === "PAYMENT_FAILED") outcome = "PAYMENT_FAILED";
        else if (event.data === "INITIALIZATION_FAILED") fail("INITIALIZATION_FAILED");
        else if (event.data === "PAYMENT_SUCCEEDED") {
          resolve(data);
          setTimeout(() => dialog.close(), LAST_LOOK);
        }
      };

      addEventListener("message", listen);
      dialog.addEventListener("close", () => {
        removeEventListener("message", listen);
        host.remove();
        isOpen = false;
        fail(outcome);
      });
      dialog.showModal();
    });
  }

  function addressOf(payUrl) {
    try {
      const address = new URL(payUrl);
      if (["http:", "https:"].includes(address.protocol)) return address;
    } catch {
      // told below
    }
    throw new CheckoutError("INVALID_PARAMETERS", "payUrl must be the payUrl of an invoice", { payUrl: "is no web address" });
  }

  async function openInvoice(params) {
    return open(addressOf(params?.payUrl), { ...params });
  }

  async function createInvoice(params) {
    let answer, body;
    try {
      answer = await fetch(new URL("popup/invoices", root), {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(params ?? {}),
        credentials: "omit",
        referrerPolicy: "no-referrer",
      });
      body = await answer.json();
    } catch {
      throw new CheckoutError("NOT_AVAILABLE", "the payment service does not answer");
    }
    if (!answer.ok) {
      const fields = body.errors ?? {};
      const rules = Object.entries(fields).map(([name, rule]) => `${name} ${rule}`);
      throw new CheckoutError("INVALID_PARAMETERS", rules.join("; ") || "the invoice was refused", fields);
    }
    return open(addressOf(body.payUrl), { ...params, ...body });
  }

  window.QiwiCheckout = Object.freeze({ createInvoice, openInvoice });
})();
