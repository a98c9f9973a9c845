// Follows what happens on the site and shows the parts of the page that are about it anew. Without it the page is as
// it was when it was loaded.
(() => {
  "use strict";

  const { stream } = document.body.dataset;
  if (!stream || !window.EventSource) return;

  const WAIT = 250;
  const follow = document.getElementById("follow");
  let timer = 0;
  let busy = false;
  let again = false;

  const tell = (on) => {
    follow.hidden = false;
    follow.classList.toggle("on", on);
    follow.querySelector("[data-state]").textContent = on ? "following" : "not connected";
  };

  // A person who types or chooses in a part, or has a part of it open, keeps it.
  const inUse = (part) => part.contains(document.activeElement) && document.activeElement.matches("input, select");

  const replace = (part, fresh) => {
    const known = new Set([...part.querySelectorAll("tbody tr, .timeline li")].map((row) => row.textContent));
    const open = [...part.querySelectorAll("details")].map((details) => details.open);
    const focused = part.contains(document.activeElement) ? [...part.querySelectorAll("a, button")].indexOf(document.activeElement) : -1;
    part.replaceChildren(...fresh.childNodes);
    part.querySelectorAll("details").forEach((details, place) => {
      if (place in open) details.open = open[place];
    });
    if (known.size) {
      part.querySelectorAll("tbody tr, .timeline li").forEach((row) => row.classList.toggle("fresh", !known.has(row.textContent)));
    }
    if (focused >= 0) part.querySelectorAll("a, button")[focused]?.focus({ preventScroll: true });
  };

  const refresh = async () => {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    try {
      const address = new URL(location.href);
      address.searchParams.delete("notice");
      const answer = await fetch(address, { credentials: "same-origin", headers: { Accept: "text/html" } });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      document.querySelectorAll("[data-live]").forEach((part) => {
        const fresh = page.getElementById(part.id);
        if (fresh && !inUse(part) && fresh.innerHTML !== part.innerHTML) replace(part, document.adoptNode(fresh));
      });
      startClock();
    } catch {
      tell(false);
    } finally {
      busy = false;
      if (again) {
        again = false;
        schedule();
      }
    }
  };

  const schedule = () => {
    if (!timer) {
      timer = setTimeout(() => {
        timer = 0;
        refresh();
      }, WAIT);
    }
  };

  const source = new EventSource(stream);
  source.addEventListener("open", () => tell(true));
  source.addEventListener("error", () => tell(false));
  source.addEventListener("event", schedule);
  source.addEventListener("request", schedule);
  addEventListener("pagehide", () => source.close());

  // A running clock goes on between the server's words about it.
  let ticking = 0;
  const startClock = () => {
    clearInterval(ticking);
    const shown = document.querySelector("#clock time[data-running]");
    if (!shown) return;
    const start = Date.parse(shown.dateTime);
    const begun = performance.now();
    const tick = () => {
      const local = new Date(start + performance.now() - begun + 3 * 3600 * 1000);
      shown.textContent = local.toISOString().slice(0, 19).replace("T", " ");
    };
    ticking = setInterval(tick, 1000);
  };
  startClock();
})();
