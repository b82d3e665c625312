// Runs once per gr.HTML of the page, with its `element`, `trigger` and `watch`. Everything is delegated, because the
// transcript's nodes are patched in place while an answer streams in.
const box = () => document.querySelector("#question textarea");
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
const touch = matchMedia("(hover: none)").matches;
const scroll = (node, block) => node.scrollIntoView({ behavior: calm ? "auto" : "smooth", block });
let cameFrom = null;

function fill(text) {
  box().value = text;
  box().dispatchEvent(new Event("input", { bubbles: true }));
  box().focus();
}

function showSource(marker) {
  const source = document.getElementById(marker.getAttribute("href").slice(1));
  if (!source) return;
  cameFrom = marker;
  document.querySelectorAll("mark.current").forEach((mark) => mark.classList.remove("current"));
  source.classList.add("current");
  source.focus({ preventScroll: true });
  scroll(source, "center");
}

async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    // Without https, browsers offer only the old way.
    const area = Object.assign(document.createElement("textarea"), { value: button.dataset.copy });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    button.focus();
  }
  const label = button.querySelector("span");
  label.textContent = "Copied";
  setTimeout(() => (label.textContent = "Copy"), 2000);
}

element.addEventListener("click", (event) => {
  const marker = event.target.closest("a.marker");
  if (marker) {
    event.preventDefault();
    return showSource(marker);
  }
  const button = event.target.closest("button");
  if (!button) return;
  const { ask, edit, rate, turn, copy: text, restart } = button.dataset;
  if (ask !== undefined) {
    if (!touch) box().focus(); // on a phone this would cover the answer with the keyboard
    trigger("ask", { question: ask });
  } else if (edit !== undefined) {
    fill(edit);
  } else if (rate !== undefined) {
    for (const thumb of button.parentElement.querySelectorAll("[data-rate]"))
      thumb.setAttribute("aria-pressed", String(thumb === button));
    trigger("rate", { turn: Number(turn), liked: rate === "up" });
  } else if (text !== undefined) {
    copy(button);
  } else if (restart !== undefined) {
    trigger("restart");
    box().focus();
  }
});

element.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.closest("mark") && cameFrom?.isConnected) cameFrom.focus();
});

let turns = 0;
watch("value", () => {
  const all = element.querySelectorAll(".turn");
  if (all.length > turns) scroll(all[all.length - 1], "start");
  turns = all.length;
});

// Not `autofocus`: on a phone that would open the keyboard over the examples.
const focusSoon = () => (box() ? box().focus({ preventScroll: true }) : setTimeout(focusSoon, 50));
if (element.querySelector(".top") && !touch) focusSoon();
