import { Choice } from "../ui/controls.js";
import { countKinds, kinds, type OrderName, sourceName, sourceOf } from "./catalogue.js";
import type { GallerySession } from "./session.js";
import { verdictWords } from "./words.js";

const orders: readonly { readonly value: OrderName; readonly label: string; readonly title: string }[] = [
  { value: "listed", label: "Subject", title: "As the experiments are listed" },
  { value: "source", label: "Source", title: "By the name of the source" },
  { value: "verdict", label: "Verdict", title: "What differs or is open first" },
];

/** Which experiments are shown. */
export function Filters({ session }: { session: GallerySession }) {
  const { source, verdict, text, order } = session.setting.value;
  const entries = session.entries.value ?? [];
  const counts = countKinds(entries);
  const sources = [...new Set(entries.map(sourceOf))];
  const named = sources.map((name) => [name, sourceName(name)] as const).sort((a, b) => a[1].localeCompare(b[1]));
  return (
    <section class="filters" aria-labelledby="filters-title">
      <h2 id="filters-title">Experiments</h2>
      <label class="field">
        <span>With the words</span>
        <input
          type="search"
          value={text}
          maxLength={80}
          onInput={({ currentTarget }) => session.filter({ text: currentTarget.value })}
        />
      </label>
      <label class="field">
        <span>Of the source</span>
        <select value={source} onChange={({ currentTarget }) => session.filter({ source: currentTarget.value })}>
          <option value="">All sources</option>
          {named.map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>With the verdict</span>
        <select
          value={verdict}
          onChange={({ currentTarget }) =>
            session.filter({ verdict: kinds.find((kind) => kind === currentTarget.value) ?? "all" })
          }
        >
          <option value="all">Any verdict</option>
          {kinds.map((kind) => (
            <option key={kind} value={kind}>
              {verdictWords[kind].name} ({counts[kind]})
            </option>
          ))}
        </select>
      </label>
      <div class="order">
        <span aria-hidden="true">Order</span>
        <Choice legend="Order" value={order} options={orders} onChange={(value) => session.filter({ order: value })} />
      </div>
      <p class="note">
        <b>{session.shown.value.length}</b> of <b>{entries.length}</b> experiments
      </p>
    </section>
  );
}
