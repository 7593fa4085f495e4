import type { OptionSpec } from "engram";
import { type MadeSpec, type OptionValue, rangeIn } from "engram/options";
import type { TargetedEvent } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { numbersIn, someValue } from "../options.js";
import { inWords } from "../words.js";
import { Choice, Track } from "./controls.js";
import { trackOf } from "./option-track.js";

/** Whether the control of a value is an input that a label can name. */
export function hasInput(spec: OptionSpec): boolean {
  return (
    spec.type === "number" ||
    spec.type === "integer" ||
    spec.type === "numbers" ||
    spec.type === "range" ||
    isLong(spec)
  );
}

/** Words of up to this number of letters in total are shown side by side. */
const SIDE_BY_SIDE = 28;

function isLong(spec: OptionSpec): boolean {
  return spec.type === "choice" && spec.values.join("").length > SIDE_BY_SIDE;
}

interface FieldProps {
  readonly spec: Exclude<OptionSpec, MadeSpec>;
  readonly option: string;
  readonly label: string;
  readonly value: OptionValue;
  readonly change: (value: OptionValue) => void;
  /** Id of the input, for its label. */
  readonly id: string;
  readonly describedBy: string;
  readonly isWrong: boolean;
}

/** The control of the value of an option. */
export function Field({ spec, option, label, value, change, id, describedBy, isWrong }: FieldProps) {
  switch (spec.type) {
    case "boolean":
      return (
        <label class="check">
          <input
            type="checkbox"
            checked={value === true}
            aria-describedby={describedBy}
            onChange={({ currentTarget }) => change(currentTarget.checked)}
          />
          {label}
        </label>
      );
    case "choice": {
      const options = spec.values.map((word) => ({ value: word, label: inWords(word) }));
      const shared = { value: String(value), onChange: change };
      if (!isLong(spec)) return <Choice legend={label} options={options} describedBy={describedBy} {...shared} />;
      return (
        <select
          id={id}
          value={String(value)}
          aria-describedby={describedBy}
          onChange={({ currentTarget }) => change(currentTarget.value)}
        >
          {options.map((one) => (
            <option key={one.value} value={one.value}>
              {one.label}
            </option>
          ))}
        </select>
      );
    }
    case "numbers": {
      const text = (value as readonly number[]).join(", ");
      return (
        <Typed
          id={id}
          text={text}
          describedBy={describedBy}
          isWrong={isWrong}
          onType={(typed) => change(numbersIn(typed))}
        />
      );
    }
    case "range":
      return (
        <Typed
          id={id}
          text={(value as readonly number[]).join("..")}
          describedBy={describedBy}
          isWrong={isWrong}
          onType={(typed) => change(rangeIn(typed) ?? [Number.NaN, Number.NaN])}
        />
      );
    case "integer":
    case "number": {
      const track = trackOf(spec, someValue(option, spec) as number);
      const number = Number(value);
      return (
        <>
          <Typed
            id={id}
            text={String(number)}
            step={spec.type === "integer" ? 1 : (track?.step ?? "any")}
            describedBy={describedBy}
            isWrong={isWrong}
            onType={(typed) => change(typed === "" ? Number.NaN : Number(typed))}
          />
          {track !== undefined && (
            <Track
              label={`${label}, slider`}
              shown={String(number)}
              value={number}
              {...track}
              describedBy={describedBy}
              onInput={change}
            />
          )}
        </>
      );
    }
  }
}

interface TypedProps {
  readonly id: string;
  readonly text: string;
  /** The step of a number; absent: any text. */
  readonly step?: number | "any";
  readonly describedBy: string;
  readonly isWrong: boolean;
  readonly onType: (text: string) => void;
}

/** What is typed counts when the field is left, or at Enter; what was refused stays to be corrected. */
function Typed({ id, text, step, describedBy, isWrong, onType }: TypedProps) {
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    if (input.current !== null) input.current.value = text;
  }, [text]);
  const shared = {
    id,
    ref: input,
    class: "typed",
    // Seen where the field cannot hold it, as one of numbers cannot hold Infinity.
    placeholder: text,
    "aria-describedby": describedBy,
    "aria-invalid": isWrong,
    onChange: ({ currentTarget }: TargetedEvent<HTMLInputElement>) => onType(currentTarget.value),
  };
  return step === undefined ? <input type="text" {...shared} /> : <input type="number" step={step} {...shared} />;
}
