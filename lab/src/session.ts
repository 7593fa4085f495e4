import { type Signal, signal } from "@preact/signals";
import { Query } from "./query.js";

/** How the setting of a page stands in an address. */
export interface Addressing<Setting> {
  readonly read: (query: Query) => Setting;
  readonly write: (setting: Setting) => string;
}

/** The part of a page's state that its address holds. */
export abstract class SettingSession<Setting extends object> {
  readonly setting: Signal<Setting>;
  /** Entries of the address that could not be used. */
  readonly unused: Signal<readonly string[]>;
  readonly #addressing: Addressing<Setting>;

  constructor(address: string, addressing: Addressing<Setting>) {
    const query = new Query(address);
    this.#addressing = addressing;
    this.setting = signal(addressing.read(query));
    this.unused = signal(query.unused);
  }

  change(part: Partial<Setting>): void {
    this.setting.value = { ...this.setting.value, ...part };
  }

  /** Takes over the setting of another address. */
  visit(address: string): void {
    const query = new Query(address);
    this.setting.value = this.#addressing.read(query);
    this.unused.value = query.unused;
  }

  /** The part of an address that brings this setting back. */
  get address(): string {
    return this.#addressing.write(this.setting.value);
  }
}

/** The same of a page that moves by itself, by a seed. */
export abstract class MovingSession<Setting extends { readonly seed: number }> extends SettingSession<Setting> {
  readonly running = signal(false);

  /** Runs or pauses. */
  toggle(): void {
    this.running.value = !this.running.value;
  }

  /** The same with the next seed. */
  again(): void {
    this.setting.value = { ...this.setting.value, seed: this.setting.value.seed + 1 };
    this.running.value = true;
  }

  /** Nothing moves while another page is shown. */
  rest(): void {
    this.running.value = false;
  }
}
