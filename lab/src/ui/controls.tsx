import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface ChoiceProps<Value extends string> {
  readonly legend: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly label: ComponentChildren; readonly title?: string }[];
  readonly onChange: (value: Value) => void;
  /** Id of what describes it. */
  readonly describedBy?: string | undefined;
}

/** One of a few, all of them in sight. */
export function Choice<Value extends string>({ legend, value, options, onChange, describedBy }: ChoiceProps<Value>) {
  const name = useId();
  return (
    <fieldset class="choice" aria-describedby={describedBy}>
      <legend class="unseen">{legend}</legend>
      {options.map((option) => (
        <label key={option.value} title={option.title}>
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          <span>{option.label}</span>
        </label>
      ))}
    </fieldset>
  );
}

interface TrackProps {
  readonly id?: string;
  /** Its accessible name, where no label stands beside it. */
  readonly label?: string;
  /** The value in words. */
  readonly shown: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  readonly disabled?: boolean;
  readonly onInput: (value: number) => void;
  readonly describedBy?: string | undefined;
}

/** The track of a slider. A value beyond its ends is shown at the end. */
export function Track({ id, label, shown, value, min, max, step = 1, disabled, onInput, describedBy }: TrackProps) {
  const inside = Math.max(min, Math.min(max, value));
  return (
    <input
      type="range"
      id={id}
      value={inside}
      min={min}
      max={max}
      step={step}
      disabled={disabled}
      aria-label={label}
      aria-valuetext={shown}
      aria-describedby={describedBy}
      style={{ "--part": `${(100 * (inside - min)) / (max - min || 1)}%` }}
      onInput={({ currentTarget }) => onInput(Number(currentTarget.value))}
    />
  );
}

export function Slider({ label, ...track }: Omit<TrackProps, "id" | "describedBy"> & { readonly label: string }) {
  const id = useId();
  return (
    <div class="slider">
      <label for={id}>{label}</label>
      <output for={id}>{track.shown}</output>
      <Track id={id} {...track} />
    </div>
  );
}
