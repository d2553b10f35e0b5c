import { render } from "preact";
import { App } from "./app.tsx";
import { readOperations, readView } from "./data.ts";

// Drawn twice: at once with what is small, which is what an anomaly needs, and again with the operations.

const root = document.querySelector("#page");
if (root !== null) void show(root);

async function show(root: Element): Promise<void> {
  const first = readView();
  root.replaceChildren();
  render(<App data={first} />, root);
  try {
    render(<App data={await readOperations(first)} />, root);
    root.setAttribute("data-ready", "");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const alert = document.createElement("p");
    alert.setAttribute("role", "alert");
    alert.textContent = `The operations could not be read: ${reason}. A browser of 2023 or later is needed.`;
    root.before(alert);
  }
}
