import { render } from "preact";
import { App } from "./app.tsx";
import { readData } from "./data.ts";

const root = document.querySelector("#page");
if (root !== null) {
  const data = await readData();
  root.replaceChildren();
  render(<App data={data} />, root);
  root.setAttribute("data-ready", "");
}
