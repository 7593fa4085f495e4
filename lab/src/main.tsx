import "uplot/dist/uPlot.min.css";
import "./style/base.css";
import "./style/controls.css";
import "./style/frame.css";
import "./style/shell.css";
import { render } from "preact";
import { App } from "./shell/app.js";
import { Lab } from "./shell/lab.js";
import { listen } from "./shell/shortcuts.js";

/** Keeps the lab's files for when there is no server; where the browser does not allow that, it needs one every time. */
function keepFiles(): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  addEventListener("load", () => {
    navigator.serviceWorker.register("offline.js").catch(() => {});
  });
}

keepFiles();
const lab = new Lab();
listen(lab);
render(<App lab={lab} />, document.getElementById("lab") as HTMLElement);
