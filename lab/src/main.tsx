import "uplot/dist/uPlot.min.css";
import "./style/base.css";
import "./style/controls.css";
import "./style/frame.css";
import "./style/shell.css";
import { render } from "preact";
import { App } from "./shell/app.js";
import { Lab } from "./shell/lab.js";
import { listen } from "./shell/shortcuts.js";

const lab = new Lab();
listen(lab);
render(<App lab={lab} />, document.getElementById("lab") as HTMLElement);
