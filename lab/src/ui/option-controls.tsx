import type { Maker, OptionSpec, OptionSpecs } from "engram";
import { applies } from "engram/options";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import {
  applying,
  chosenValues,
  type Failure,
  firstValue,
  isNamed,
  type Named,
  named,
  problemOf,
  someValue,
  type Value,
  type Values,
} from "../options.js";
import { inWords, sentence } from "../words.js";
import { Choice } from "./controls.js";
import { Field, hasInput } from "./option-field.js";

interface MadeControlProps {
  readonly label: string;
  readonly makers: readonly Maker[];
  readonly value: Named;
  readonly onChange: (value: Named) => void;
  /** Why it could not be made; shown at its option where it names one. */
  readonly failure?: Failure | undefined;
}

/** One of the makers of a list, with a control for each of its options, made from their descriptions. */
export function MadeControl({ label, makers, value, onChange, failure }: MadeControlProps) {
  const id = useId();
  /** Chosen options by name, kept for when the same maker, or another with such an option, is chosen again. */
  const chosen = useRef<Record<string, Value>>({});
  const maker = makers.find(({ name }) => name === value.name) ?? makers[0];
  const turnTo = (name: string) => {
    for (const option of Object.keys(maker.options)) delete chosen.current[option];
    Object.assign(chosen.current, chosenValues(maker.options, value.options));
    onChange(named(makers, name, chosen.current));
  };
  return (
    <fieldset class="made" aria-label={label}>
      <div class="maker">
        <label class="field" title={maker.summary}>
          <span>{label}</span>
          <select
            value={maker.name}
            aria-describedby={id}
            onChange={({ currentTarget }) => turnTo(currentTarget.value)}
          >
            {makers.map(({ name, summary }) => (
              <option key={name} value={name} title={summary}>
                {inWords(name)}
              </option>
            ))}
          </select>
        </label>
        <p class="help" id={id}>
          {sentence(maker.summary)} <cite>({maker.reference})</cite>
        </p>
      </div>
      <OptionControls
        key={maker.name}
        specs={maker.options}
        values={value.options}
        onChange={(options) => onChange({ name: maker.name, options })}
        failure={failure}
      />
    </fieldset>
  );
}

interface OptionControlsProps {
  readonly specs: OptionSpecs;
  readonly values: Values;
  readonly onChange: (values: Values) => void;
  readonly failure?: Failure | undefined;
}

/** A control for each option, made from its description. Only values that the descriptions allow are passed on. */
export function OptionControls({ specs, values, onChange, failure }: OptionControlsProps) {
  const change = (option: string, value: Value | undefined) => {
    const all = Object.entries(specs).flatMap(([name, spec]): [string, Value][] => {
      const kept = name === option ? value : (values[name] ?? (spec.only && firstValue(name, spec)));
      return kept === undefined ? [] : [[name, kept]];
    });
    onChange(applying(specs, Object.fromEntries(all)));
  };
  const shown = Object.entries(specs).filter(([, spec]) => applies(spec, specs, values));
  return (
    <>
      {shown.map(([option, spec]) => (
        <OptionControl
          key={option}
          option={option}
          spec={spec}
          value={values[option]}
          onChange={(value) => change(option, value)}
          failure={failure?.option === option ? failure.message : undefined}
        />
      ))}
    </>
  );
}

interface OptionControlProps {
  readonly option: string;
  readonly spec: OptionSpec;
  readonly value: Value | undefined;
  readonly onChange: (value: Value | undefined) => void;
  readonly failure: string | undefined;
}

function OptionControl({ option, spec, value, onChange, failure }: OptionControlProps) {
  const id = useId();
  const [problem, setProblem] = useState<string | undefined>(undefined);
  useLayoutEffect(() => setProblem(undefined), [JSON.stringify(value)]);
  const change = (wanted: Value | undefined) => {
    const found = wanted === undefined ? undefined : problemOf(option, spec, wanted);
    setProblem(found);
    if (found === undefined) onChange(wanted);
  };
  const modes = modesOf(spec);
  const mode = modes.find(({ is }) => is(value)) ?? modes[modes.length - 1];
  const error = problem ?? failure;
  const label = inWords(option);
  const describedBy = error === undefined ? `${id}-help` : `${id}-help ${id}-error`;
  const shared = { option, label, change, id, describedBy, isWrong: error !== undefined };
  return (
    <div class="option" title={spec.type === "made" ? undefined : spec.help}>
      {hasInput(spec) && mode.isFree ? (
        <label class="name" for={id}>
          {label}
        </label>
      ) : (
        (spec.type === "choice" || modes.length > 1) && <span class="name">{label}</span>
      )}
      {modes.length > 1 && (
        <Choice
          legend={label}
          value={mode.value}
          options={modes}
          onChange={(name) => change(modes.find((other) => other.value === name)?.first(option))}
          describedBy={describedBy}
        />
      )}
      {spec.type === "made" && isNamed(value) && (
        <MadeControl label={label} makers={spec.from} value={value} onChange={change} />
      )}
      {spec.type !== "made" && mode.isFree && value !== undefined && !isNamed(value) && (
        <Field spec={spec} value={value} {...shared} />
      )}
      {spec.type !== "made" && (
        <p class="help" id={`${id}-help`}>
          {sentence(spec.help)}
        </p>
      )}
      {error !== undefined && (
        <p class="warning" role="alert" id={`${id}-error`}>
          {sentence(error)}
        </p>
      )}
    </div>
  );
}

/** A way of giving an option: no value, a word in place of a number, or a value. */
interface Mode {
  readonly value: string;
  readonly label: string;
  /** Whether a value is given that has a control of its own. */
  readonly isFree?: true;
  readonly is: (value: Value | undefined) => boolean;
  /** What is given when one turns to this mode. */
  readonly first: (option: string) => Value | undefined;
}

function modesOf(spec: OptionSpec): readonly Mode[] {
  const none: Mode = { value: "none", label: "None", is: (value) => value === undefined, first: () => undefined };
  const words = (spec.type === "number" && spec.words) || [];
  return [
    ...(spec.optional === true && spec.default === undefined ? [none] : []),
    ...words.map((word): Mode => {
      return { value: `word ${word}`, label: inWords(word), is: (value) => value === word, first: () => word };
    }),
    {
      value: "value",
      label: words.length > 0 ? "Number" : "Value",
      isFree: true,
      is: () => true,
      first: (option) => someValue(option, spec),
    },
  ];
}
