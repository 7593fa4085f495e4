import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface ChoiceProps<Value extends string> {
  readonly legend: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly label: ComponentChildren; readonly title?: string }[];
  readonly onChange: (value: Value) => void;
}

/** One of a few, all of them in sight. */
export function Choice<Value extends string>({ legend, value, options, onChange }: ChoiceProps<Value>) {
  const name = useId();
  return (
    <fieldset class="choice">
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

interface SliderProps {
  readonly label: string;
  /** The value in words, at the right. */
  readonly shown: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  readonly onInput: (value: number) => void;
}

export function Slider({ label, shown, value, min, max, step = 1, onInput }: SliderProps) {
  return (
    <label class="slider">
      <span>{label}</span>
      <output>{shown}</output>
      <input
        type="range"
        value={value}
        min={min}
        max={max}
        step={step}
        aria-valuetext={shown}
        style={{ "--part": `${(100 * (value - min)) / (max - min || 1)}%` }}
        onInput={({ currentTarget }) => onInput(Number(currentTarget.value))}
      />
    </label>
  );
}
