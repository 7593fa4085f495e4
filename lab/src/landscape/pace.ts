import { FrameLoop } from "../ui/frame-loop.js";
import { updatesPerSecond } from "./setting.js";

/** Turns the wished speed into updates, as many in each drawn frame as are due. */
export class Pace extends FrameLoop {
  readonly #speed: () => number;
  readonly #advance: (updates: number) => void;
  #owed = 0;

  /** @param speed position of the slider; @param advance makes some updates */
  constructor(speed: () => number, advance: (updates: number) => void) {
    super();
    this.#speed = speed;
    this.#advance = advance;
  }

  override run(): void {
    // The first update comes at once.
    this.#owed = 1;
    super.run();
  }

  protected override frame(elapsed: number): void {
    this.#owed += updatesPerSecond(this.#speed()) * elapsed;
    const updates = Math.floor(this.#owed);
    this.#owed -= updates;
    if (updates > 0) this.#advance(updates);
  }
}
