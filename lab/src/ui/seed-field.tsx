import { Icon } from "./icon.js";

interface SeedFieldProps {
  readonly seed: number;
  readonly onChange: (seed: number) => void;
  /** The same again with the next seed. */
  readonly onAgain: () => void;
  /** What that does. */
  readonly title: string;
}

/** The seed of all that is drawn on the page, and the next one. */
export function SeedField({ seed, onChange, onAgain, title }: SeedFieldProps) {
  return (
    <div class="seed">
      <label class="field">
        <span>Seed</span>
        <input
          type="number"
          min={0}
          step={1}
          value={seed}
          onChange={({ currentTarget: { valueAsNumber } }) => {
            if (Number.isSafeInteger(valueAsNumber) && valueAsNumber >= 0) onChange(valueAsNumber);
          }}
        />
      </label>
      <button type="button" onClick={onAgain} title={title}>
        <Icon name="dice" />
        Another
      </button>
    </div>
  );
}
