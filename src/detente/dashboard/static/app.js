// Everything works without this script; it adds what a pointer and a keyboard find handy.
(function () {
  "use strict";

  for (const button of document.querySelectorAll("[data-theme-switch]")) button.addEventListener("click", window.detenteTheme);

  if (location.hash === "#opened") document.getElementById("opened")?.focus({ preventScroll: false });

  // The course of a relation: the levels of the day under the pointer; a click opens the day's events.
  function course(figure) {
    const facts = JSON.parse(figure.querySelector("script").textContent);
    const tip = figure.querySelector(".tip");
    const shown = (level) => (level === null ? "–" : (level > 0 ? "+" : "") + level.toFixed(1).replace("-", "−"));
    for (const svg of figure.querySelectorAll("svg.course")) {
      const left = Number(svg.dataset.left), right = Number(svg.dataset.right);
      const cross = svg.querySelector(".cross");
      const at = (event) => {
        const box = svg.getBoundingClientRect();
        const x = ((event.clientX - box.left) / box.width) * svg.viewBox.baseVal.width;
        const i = Math.floor(((x - left) / (right - left)) * facts.days.length);
        return i >= 0 && i < facts.days.length ? i : null;
      };
      svg.addEventListener("pointermove", (event) => {
        const i = at(event);
        tip.hidden = i === null;
        cross.classList.toggle("on", i !== null);
        if (i === null) return;
        const [day, a, b] = facts.days[i];
        const x = left + ((right - left) * (i + 0.5)) / facts.days.length;
        cross.setAttribute("x1", x);
        cross.setAttribute("x2", x);
        tip.textContent = `${day}\n${facts.a} ${shown(a)}\n${facts.b} ${shown(b)}`;
        const box = svg.getBoundingClientRect(), place = figure.getBoundingClientRect();
        const offset = event.clientX - place.left;
        tip.style.setProperty("left", `${offset > box.width / 2 ? offset - tip.offsetWidth - 14 : offset + 14}px`);
      });
      svg.addEventListener("pointerleave", () => { tip.hidden = true; cross.classList.remove("on"); });
      svg.addEventListener("click", (event) => {
        if (event.target.closest("a")) return;
        const i = at(event);
        if (i === null) return;
        const address = new URL(location.href);
        address.searchParams.set("start", facts.days[i][0]);
        address.searchParams.set("end", facts.days[i][0]);
        address.hash = "opened";
        location.assign(address);
      });
    }
  }

  document.querySelectorAll("[data-course]").forEach(course);

  // What is wider than the page fades where it goes on.
  function fade(strip) {
    const mark = () => strip.classList.toggle("on", strip.scrollWidth - strip.clientWidth - strip.scrollLeft > 4);
    strip.addEventListener("scroll", mark, { passive: true });
    new ResizeObserver(mark).observe(strip);
  }
  document.querySelectorAll(".scroll").forEach(fade);

  // A strip that is wider than the page begins at what it shows.
  for (const strip of document.querySelectorAll(".strip")) {
    const here = strip.querySelector(".here");
    if (!here) continue;
    const box = strip.getBoundingClientRect(), mark = here.getBoundingClientRect();
    strip.scrollLeft += mark.left + mark.width / 2 - box.left - box.width / 2;
  }

  // What takes long to find comes when it is found.
  const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));
  async function comes(address) {
    for (let tries = 0; tries < 200; tries++) {
      const answer = await fetch(address);
      if (answer.status !== 202) return new DOMParser().parseFromString(await answer.text(), "text/html");
      await pause(1);
    }
    throw new Error("timeout");
  }
  function takeIn(root) {
    for (const place of root.querySelectorAll("[data-part]")) {
      place.textContent = place.dataset.waiting;
      comes(place.dataset.part).then(
        (page) => {
          place.replaceChildren(...(page.querySelector("main") || page.body).childNodes);
          place.querySelectorAll(".scroll").forEach(fade);
        },
        () => { place.textContent = ""; },
      );
    }
  }
  takeIn(document);

  // A coded text: an entry of the record lights up its words, words lead to their entry.
  function join(coded) {
    const body = coded.querySelector(".body");
    const entries = [...coded.querySelectorAll(".entries [data-entry]")];
    const pieces = [...body.querySelectorAll("[data-ids]")];
    const light = (id, move) => {
      const off = !id;
      body.classList.toggle("dim", !off);
      let first = null;
      for (const piece of pieces) {
        const on = !off && piece.dataset.ids.split(" ").includes(id);
        piece.classList.toggle("lit", on);
        if (on && !first) first = piece;
      }
      for (const entry of entries) {
        const on = entry.dataset.entry === id;
        entry.classList.toggle("lit", on);
        entry.setAttribute("aria-pressed", String(on));
      }
      if (first && move) first.scrollIntoView({ block: "center" });
    };
    for (const entry of entries) {
      entry.tabIndex = 0;
      entry.setAttribute("role", "button");
      const toggle = () => light(entry.classList.contains("lit") ? null : entry.dataset.entry, true);
      entry.addEventListener("click", (event) => { if (!event.target.closest("a")) toggle(); });
      entry.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") { event.preventDefault(); toggle(); }
        if (event.key === "Escape") light(null, false);
      });
    }
    for (const piece of pieces) {
      piece.addEventListener("click", () => {
        const ids = piece.dataset.ids.split(" ");
        const entry = entries.find((each) => ids.includes(each.dataset.entry));
        if (entry) { light(entry.dataset.entry, false); entry.scrollIntoView({ block: "nearest" }); }
      });
    }
    coded.querySelector("[data-hint]").hidden = !entries.length;
    const wanted = decodeURIComponent(location.hash.slice(1));
    if (entries.some((entry) => entry.dataset.entry === wanted)) light(wanted, true);
  }
  document.querySelectorAll("[data-coded]").forEach(join);

  // What comes in while the page is open: asked for every few seconds, shown in its place, told politely.
  const live = document.querySelector("aside.live");
  if (live) {
    const texts = JSON.parse(live.dataset.texts), status = live.querySelector("[role=status]");
    const button = live.querySelector("[data-pause]"), main = document.querySelector("main");
    const EVERY = 4;
    let cursor = live.dataset.cursor, events = 0, alerts = 0, paused = false, held = false, busy = false;
    const tell = (text) => { if (status.textContent !== text) status.textContent = text; };
    const number = (name, n) => texts[`${name}_${n === 1 ? "one" : "many"}`].replace("{n}", n.toLocaleString("en"));
    const told = () => {
      const what = [events && number("event", events), alerts && number("alert", alerts)].filter(Boolean).join(", ");
      return what ? texts.arrived.replace("{what}", what) : texts.waiting;
    };
    const pieces = (root) => [...root.querySelectorAll("[data-live]")];
    const shown = new Map(pieces(main).map((piece) => [piece.dataset.live, piece.outerHTML]));
    const inUse = (piece) => {
      const chosen = getSelection();
      return piece.contains(document.activeElement) && piece !== document.activeElement
        || (!chosen.isCollapsed && piece.contains(chosen.anchorNode));
    };
    const opened = (piece) => [...piece.querySelectorAll("details")].map((each) => each.closest("[id]")?.id + (each.open ? "+" : ""));
    function put(old, fresh) {
      const open = new Set(opened(old).filter((name) => name.endsWith("+")));
      const made = document.importNode(fresh, true);
      for (const each of made.querySelectorAll("details")) if (open.has(each.closest("[id]")?.id + "+")) each.open = true;
      old.replaceWith(made);
      made.querySelectorAll("[data-course]").forEach(course);
      [made, ...made.querySelectorAll(".scroll")].filter((each) => each.matches(".scroll")).forEach(fade);
      takeIn(made);
    }
    // What the reader looks at stays where it is.
    function keepPlace(change) {
      const top = (each) => each.getBoundingClientRect().top;
      const seen = scrollY > 0 ? [...main.querySelectorAll("[id]")].filter((each) => each.getClientRects().length && top(each) > -2).map((each) => [each.id, top(each)]) : [];
      // The browser's own keeping of the place would come on top.
      const root = document.documentElement.style;
      root.overflowAnchor = "none";
      change();
      const mark = seen.find(([id]) => document.getElementById(id));
      if (mark) scrollBy({ top: top(document.getElementById(mark[0])) - mark[1], behavior: "instant" });
      requestAnimationFrame(() => requestAnimationFrame(() => { root.overflowAnchor = ""; }));
    }
    async function renew() {
      const page = await comes(location.pathname + location.search);
      const fresh = new Map(pieces(page).map((piece) => [piece.dataset.live, piece]));
      const old = pieces(main);
      held = false;
      if (fresh.size !== old.length || old.some((piece) => !fresh.has(piece.dataset.live))) {
        if (inUse(main)) { held = true; return; }
        keepPlace(() => main.replaceChildren(...document.importNode(page.querySelector("main"), true).childNodes));
        main.querySelectorAll("[data-course]").forEach(course);
        main.querySelectorAll(".scroll").forEach(fade);
        takeIn(main);
        shown.clear();
        for (const [name, piece] of fresh) shown.set(name, piece.outerHTML);
        return;
      }
      keepPlace(() => {
        for (const piece of old) {
          const name = piece.dataset.live, next = fresh.get(name), source = next.outerHTML;
          if (source === shown.get(name)) continue;
          if (inUse(piece)) { held = true; continue; }
          shown.set(name, source);
          put(piece, next);
        }
      });
    }
    async function ask() {
      if (paused || busy || document.hidden) return;
      busy = true;
      try {
        const answer = await fetch(`/api/v1/changes?cursor=${encodeURIComponent(cursor)}`);
        if (!answer.ok) throw new Error(String(answer.status));
        const found = await answer.json();
        const moved = found.cursor !== cursor;
        events += found.events;
        alerts += found.alerts.length;
        cursor = found.cursor;
        if (moved || held) await renew();
        tell(told());
        live.classList.toggle("new", events + alerts > 0);
        live.querySelector("a").hidden = !events && !alerts;
        if (!events && alerts) live.querySelector("a").href = "/alerts";
      } catch (error) { tell(texts.away); }
      busy = false;
    }
    button.addEventListener("click", () => {
      paused = !paused;
      button.textContent = paused ? texts.resume : texts.pause;
      live.classList.toggle("paused", paused);
      tell(paused ? texts.paused : told());
      ask();
    });
    live.hidden = false;
    setInterval(ask, EVERY * 1000);
  }

  // Try it: the result comes without a new page, on the button or while typing.
  const form = document.querySelector("[data-try]");
  if (form) {
    const result = document.getElementById("result");
    const typing = document.getElementById("live");
    let waiting = null, running = null;
    form.querySelector("[data-live]").hidden = false;
    const code = async () => {
      running?.abort();
      running = new AbortController();
      result.setAttribute("aria-busy", "true");
      if (!result.querySelector("[data-coded]")) result.textContent = form.dataset.working;
      try {
        const answer = await fetch("/try", {
          method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "X-Fragment": "1" }, signal: running.signal,
        });
        const text = await answer.text();
        const page = new DOMParser().parseFromString(text, "text/html");
        const main = page.querySelector("main");
        result.replaceChildren(...(main || page.body).childNodes);
        result.querySelectorAll("[data-coded]").forEach(join);
      } catch (error) {
        if (error.name === "AbortError") return;
        result.textContent = form.dataset.away;
      }
      result.removeAttribute("aria-busy");
    };
    if ("atOnce" in form.dataset) code();
    form.addEventListener("submit", (event) => {
      if (event.submitter?.name === "as") return; // a file
      event.preventDefault();
      code();
    });
    form.addEventListener("input", () => {
      if (!typing.checked) return;
      clearTimeout(waiting);
      waiting = setTimeout(code, 700);
    });
  }
})();
