import { glyphNames } from "engram/data";
import { allRules } from "engram/learning";
import { ButtonList } from "../ui/button-list.js";
import { Choice } from "../ui/controls.js";
import { MadeControl } from "../ui/option-controls.js";
import { Picture } from "../ui/picture.js";
import { pictureOf } from "./gallery-of.js";
import { ImagesPanel } from "./images-panel.js";
import { Load } from "./load.js";
import type { RecallSession } from "./session.js";
import { digitsPerClass, firstStored, type Source } from "./setting.js";

const sources: readonly { value: Source; label: string }[] = [
  { value: "glyphs", label: "Glyphs" },
  { value: "digits", label: "Digits" },
  { value: "images", label: "Your images" },
];

/** What is stored, and how. */
export function MemoryPanel({ session }: { session: RecallSession }) {
  const { setting, gallery, stored, digitsError, report } = session;
  const { source, rule } = setting.value;
  const { names } = gallery.value ?? { names: [] };
  const chosen = new Set(stored.value);
  const turn = (row: number) => {
    const rows = chosen.has(row) ? stored.value.filter((other) => other !== row) : [...stored.value, row];
    session.change({ stored: rows.sort((a, b) => a - b) });
  };
  return (
    <section class="memory" aria-labelledby="memory-title">
      <h2 id="memory-title">
        Memory{" "}
        {names.length > 0 && (
          <small>
            {chosen.size} of {names.length} stored; press a picture to store or forget it
          </small>
        )}
      </h2>
      <Choice legend="Pictures" value={source} options={sources} onChange={(value) => session.show(value)} />
      {source === "images" && <ImagesPanel session={session} />}
      {source === "digits" && gallery.value === undefined && (
        <p class="note" role="status">
          {digitsError.value === undefined ? "Fetching the digits …" : `The digits are not here: ${digitsError.value}.`}
        </p>
      )}
      {gallery.value !== undefined && (
        <>
          <ButtonList class="gallery">
            {names.map((name, row) => (
              <li key={row}>
                <button
                  type="button"
                  aria-pressed={chosen.has(row)}
                  aria-label={name}
                  title={chosen.has(row) ? `Forget ${name}` : `Store ${name}`}
                  onClick={() => turn(row)}
                >
                  <Picture {...pictureOf(gallery.value!, row)} />
                </button>
              </li>
            ))}
          </ButtonList>
          <p class="picks">
            {picksFor(source, names.length, session).map(([label, rows]) => (
              <button key={label} type="button" class="link" onClick={() => session.change({ stored: rows })}>
                {label}
              </button>
            ))}
          </p>
        </>
      )}
      <MadeControl
        label="Rule"
        makers={allRules}
        value={rule}
        onChange={(value) => session.change({ rule: value })}
        failure={report.value.error}
      />
      <Load session={session} />
    </section>
  );
}

/** Shortcuts to store several at once. */
function picksFor(source: Source, count: number, session: RecallSession): [string, number[]][] {
  const range = (begin: number, end: number) => Array.from({ length: end - begin }, (_, k) => begin + k);
  const every: [string, number[]][] = [
    ["All", range(0, count)],
    ["None", []],
  ];
  if (source === "glyphs") {
    return [
      ["ENGRAM", firstStored("glyphs", session.setting.value.images, glyphNames)],
      ["A–Z", range(0, 26)],
      ...every,
    ];
  }
  if (source === "digits") {
    const firsts = (many: number) => range(0, count).filter((row) => row % digitsPerClass < many);
    return [["First of each", firsts(1)], ["First 3", firsts(3)], ...every];
  }
  return every;
}
