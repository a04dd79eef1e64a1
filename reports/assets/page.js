"use strict";
for (const table of document.querySelectorAll("table.data")) {
  const body = table.tBodies[0];
  const original = [...body.rows];
  const after = Number(table.dataset.fold || 0);
  let unfolded = after === 0;
  let wanted = "";
  const fold = () => {
    let shown = 0;
    for (const row of body.rows) {
      const away = wanted !== "" && !row.textContent.toLowerCase().includes(wanted);
      row.classList.toggle("away", away);
      row.classList.toggle("folded", !away && wanted === "" && !unfolded && shown >= after);
      if (!away) shown += 1;
    }
  };
  const key = (row, at) => {
    const cell = row.cells[at];
    return cell.dataset.sort !== undefined ? cell.dataset.sort : cell.textContent;
  };
  [...table.tHead.rows[0].cells].forEach((head, at) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const numeric = head.classList.contains("n");
      const was = head.getAttribute("aria-sort");
      const next = was === null ? (numeric ? "descending" : "ascending") : was === (numeric ? "descending" : "ascending") ? (numeric ? "ascending" : "descending") : null;
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      let rows = original;
      if (next !== null) {
        head.setAttribute("aria-sort", next);
        const way = next === "ascending" ? 1 : -1;
        rows = [...original].sort((a, b) => {
          const left = key(a, at), right = key(b, at);
          if (!numeric) return way * left.localeCompare(right, "en", { numeric: true });
          const x = parseFloat(left.replaceAll(",", "").replace("−", "-")), y = parseFloat(right.replaceAll(",", "").replace("−", "-"));
          if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) - Number.isNaN(y);
          return way * (x - y);
        });
      }
      body.append(...rows);
      fold();
    });
  });
  if (!unfolded) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "unfold";
    const label = () => { button.textContent = unfolded ? `Show the first ${after} rows` : `Show all ${original.length} rows`; button.setAttribute("aria-expanded", String(unfolded)); };
    button.addEventListener("click", () => { unfolded = !unfolded; fold(); label(); });
    label();
    fold();
    table.parentElement.after(button);
    const filter = document.createElement("input");
    filter.type = "search";
    filter.className = "filter";
    filter.placeholder = `Filter ${original.length} rows`;
    filter.setAttribute("aria-label", "Show only rows that contain this text");
    filter.addEventListener("input", () => { wanted = filter.value.trim().toLowerCase(); fold(); button.hidden = wanted !== ""; });
    table.parentElement.before(filter);
  }
}
for (const code of document.querySelectorAll(".code")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    const text = code.querySelector("code").textContent;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      getSelection().selectAllChildren(code.querySelector("code"));
      document.execCommand("copy");
    }
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
  code.append(button);
}
