import "uplot/dist/uPlot.min.css";
import "./style/base.css";
import "./style/controls.css";
import "./style/frame.css";
import "./style/shell.css";
import { render } from "preact";
import { App } from "./shell/app.js";
import { Lab } from "./shell/lab.js";
import { listen } from "./shell/shortcuts.js";

/** Keeps the lab's files in the browser for offline use; a browser without service workers needs the server at every visit. */
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
