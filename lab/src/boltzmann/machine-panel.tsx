import { Choice, Slider } from "../ui/controls.js";
import { SeedField } from "../ui/seed-field.js";
import type { BoltzmannSession } from "./session.js";
import {
  batchSizes,
  type DataName,
  decays,
  hiddenCounts,
  leastRate,
  type MethodName,
  mostRate,
  mostSteps,
  sideOf,
} from "./setting.js";

const sources: readonly { value: DataName; label: string; title: string }[] = [
  { value: "glyphs", label: "Glyphs", title: "44 letters and pictures, each at 25 places" },
  { value: "digits", label: "Digits", title: "MNIST, cut at half grey" },
];

const methods: readonly { value: MethodName; label: string; title: string; meaning: string }[] = [
  {
    value: "cd",
    label: "CD",
    title: "Contrastive divergence",
    meaning: "Contrastive divergence: chains begin at the pictures of the batch, every time.",
  },
  {
    value: "pcd",
    label: "PCD",
    title: "Persistent contrastive divergence",
    meaning: "Persistent contrastive divergence: chains go on from update to update.",
  },
  {
    value: "fpcd",
    label: "FPCD",
    title: "Fast persistent contrastive divergence",
    meaning: "Fast weights drive the persistent chains on from where they have been.",
  },
  {
    value: "pt",
    label: "PT",
    title: "Parallel tempering",
    meaning: "Parallel tempering: chains at five temperatures swap their states.",
  },
];

const fewDigits = "Where the server has MNIST (ENGRAM_DATA), all 70,000 digits are here.";

/** Positions of the slider of rates: a hundred from the least to the greatest. */
const POSITIONS = 100;

/** What learns, from what, and how. */
export function MachinePanel({ session }: { session: BoltzmannSession }) {
  const { setting, begun } = session;
  const { data, hidden, method, steps, rate, decay, batch, seed } = setting.value;
  const chosen = methods.find(({ value }) => value === method);
  const side = sideOf(data);
  return (
    <section class="machine" aria-labelledby="machine-title">
      <h2 id="machine-title">
        Machine{" "}
        <small>
          {side * side} visible and {hidden} hidden units
        </small>
      </h2>
      <Choice legend="Pictures" value={data} options={sources} onChange={(value) => session.show(value)} />
      <p class="note counted">
        {begun.value === undefined
          ? "…"
          : `${begun.value.pictures.toLocaleString("en")} to train, ${begun.value.heldOut.toLocaleString("en")} held out.`}
        {begun.value?.areFew === true && ` ${fewDigits}`}
      </p>
      <Select
        label="Hidden units"
        value={hidden}
        values={hiddenCounts}
        onChange={(value) => session.change({ hidden: value })}
      />
      <Choice
        legend="Method"
        value={method}
        options={methods}
        onChange={(value) => session.change({ method: value })}
      />
      <p class="note method">{chosen?.meaning}</p>
      <Slider
        label="k, Gibbs steps an update"
        shown={String(steps)}
        value={steps}
        min={1}
        max={mostSteps}
        onInput={(value) => session.change({ steps: value })}
      />
      <Slider
        label="Learning rate, at once"
        shown={String(rate)}
        value={Math.round((POSITIONS * Math.log(rate / leastRate)) / Math.log(mostRate / leastRate))}
        min={0}
        max={POSITIONS}
        onInput={(value) => session.change({ rate: rateAt(value) })}
      />
      <div class="halves">
        <Select
          label="Pictures a batch"
          value={batch}
          values={batchSizes}
          onChange={(value) => session.change({ batch: value })}
        />
        <Select
          label="Weight decay"
          value={decay}
          values={decays}
          onChange={(value) => session.change({ decay: value })}
        />
      </div>
      <SeedField
        seed={seed}
        onChange={(value) => session.change({ seed: value })}
        onAgain={() => session.again()}
        title="Begin anew with the next seed"
      />
    </section>
  );
}

/** A rate of two figures at a position of the slider. */
function rateAt(position: number): number {
  return Number((leastRate * (mostRate / leastRate) ** (position / POSITIONS)).toPrecision(2));
}

interface SelectProps {
  readonly label: string;
  readonly value: number;
  readonly values: readonly number[];
  readonly onChange: (value: number) => void;
}

/** One of some numbers. */
function Select({ label, value, values, onChange }: SelectProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value} onChange={({ currentTarget }) => onChange(Number(currentTarget.value))}>
        {values.map((number) => (
          <option key={number} value={number}>
            {number}
          </option>
        ))}
      </select>
    </label>
  );
}
