import { glyphNames } from "engram/data";
import { ButtonList } from "../ui/button-list.js";
import { Choice } from "../ui/controls.js";
import { Picture } from "../ui/picture.js";
import { PatternBoard } from "./pattern-board.js";
import { moved, reversed, smallGlyph } from "./patterns.js";
import type { MappingSession } from "./session.js";
import { mostPatterns, sides } from "./setting.js";

const moves = [
  ["left", "←", -1, 0],
  ["up", "↑", 0, -1],
  ["down", "↓", 0, 1],
  ["right", "→", 1, 0],
] as const;

/** What both machines are made of. */
export function PatternsPanel({ session }: { session: MappingSession }) {
  const { side, chosen } = session.setting.value;
  const patterns = session.patterns.value;
  return (
    <section class="patterns" aria-labelledby="patterns-title">
      <h2 id="patterns-title">
        Patterns{" "}
        <small>
          {patterns.length} of N = {side * side} spins; press pixels to change one
        </small>
      </h2>
      <Choice
        legend="Pixels along an edge"
        value={String(side)}
        options={sides.map((edge) => ({ value: String(edge), label: `${edge}²`, title: `${edge} by ${edge} pixels` }))}
        onChange={(value) => session.resize(Number(value))}
      />
      <ButtonList class="gallery">
        {patterns.map((units, k) => (
          <li key={k}>
            <button
              type="button"
              aria-pressed={k === chosen}
              aria-label={`Pattern ${k}`}
              title={`Pattern ${k}`}
              onClick={() => session.change({ chosen: k })}
            >
              <Picture units={units} width={side} />
            </button>
          </li>
        ))}
        {patterns.length < mostPatterns && (
          <li>
            <button
              type="button"
              class="more"
              aria-label="Add a pattern"
              title="Add a pattern"
              onClick={() => session.add()}
            >
              +
            </button>
          </li>
        )}
      </ButtonList>
      <PatternBoard session={session} />
      <div class="moves">
        {moves.map(([name, arrow, right, down]) => (
          <button
            key={name}
            type="button"
            aria-label={`Move ${name}`}
            title={`Move the pattern ${name} by a pixel`}
            onClick={() => session.paint(moved(patterns[chosen], side, right, down))}
          >
            {arrow}
          </button>
        ))}
        <button
          type="button"
          title="Flip every pixel"
          aria-label="Flip every pixel"
          onClick={() => session.paint(reversed(patterns[chosen]))}
        >
          ±
        </button>
      </div>
      <div class="pair">
        <label class="field">
          <span>Replace it by</span>
          <select
            value=""
            onChange={({ currentTarget }) => {
              if (currentTarget.value !== "") session.paint(smallGlyph(currentTarget.value, side));
              currentTarget.value = "";
            }}
          >
            <option value="">a glyph …</option>
            {glyphNames.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <button type="button" disabled={patterns.length === 1} onClick={() => session.remove()}>
          Remove
        </button>
      </div>
    </section>
  );
}
