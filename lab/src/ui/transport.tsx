import { Slider } from "./controls.js";
import { Icon, type IconName } from "./icon.js";

interface Step {
  readonly label: string;
  readonly icon: IconName;
  readonly title: string;
  readonly onClick: () => void;
  readonly disabled?: boolean;
}

interface TransportProps {
  readonly running: boolean;
  /** What the first button says while nothing runs. */
  readonly start: string;
  readonly onToggle: () => void;
  readonly disabled: boolean;
  /** Further buttons; they are disabled with the first one unless they say otherwise. */
  readonly steps: readonly Step[];
  readonly speed?: { readonly value: number; readonly shown: string; readonly onInput: (value: number) => void };
  /** Numbers that count up. */
  readonly counts: readonly (readonly [name: string, value: string])[];
}

/** The buttons that move what is on the stage, how fast, and how far it has come. */
export function Transport({ running, start, onToggle, disabled, steps, speed, counts }: TransportProps) {
  return (
    <>
      <div class="buttons">
        <button type="button" class="primary" disabled={disabled} onClick={onToggle}>
          <Icon name={running ? "pause" : "play"} />
          {running ? "Pause" : start}
        </button>
        {steps.map(({ label, icon, title, onClick, disabled: own = disabled }) => (
          <button key={label} type="button" disabled={own} onClick={onClick} title={title}>
            <Icon name={icon} />
            {label}
          </button>
        ))}
      </div>
      {speed !== undefined && <Slider label="Speed" min={0} max={100} {...speed} />}
      <dl class="counts">
        {counts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
