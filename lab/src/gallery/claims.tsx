import type { Row } from "engram/experiments";
import { kindOf, oddFirst } from "./catalogue.js";
import { Mark } from "./mark.js";
import { interval, short, verdictWords } from "./words.js";

/** The columns of a table: theory only where some row has one. */
interface Columns {
  readonly published: boolean;
  readonly theory: boolean;
}

/** The claims of a source beside our results, the odd ones first. */
export function Claims({ rows }: { rows: readonly Row[] }) {
  const columns = {
    published: rows.some(({ published }) => published !== undefined),
    theory: rows.some(({ theory }) => theory !== undefined),
  };
  return (
    <table>
      <thead>
        <tr>
          {columns.published && <th scope="col">Published</th>}
          {columns.theory && <th scope="col">Theory</th>}
          <th scope="col">Ours</th>
          <th scope="col">Interval</th>
        </tr>
      </thead>
      {oddFirst(rows).map((row) => (
        <Claim key={row.label} row={row} columns={columns} />
      ))}
    </table>
  );
}

function Claim({ row, columns }: { row: Row; columns: Columns }) {
  const { label, published, theory, ours, verdict, quantile, remark } = row;
  const kind = kindOf(verdict);
  const width = 2 + Number(columns.published) + Number(columns.theory);
  return (
    <tbody>
      <tr class="claim">
        <th scope="rowgroup" colSpan={width}>
          <Mark kind={kind} />
          <span>
            {label} <small class={kind}>{verdictWords[kind].name}</small>
          </span>
        </th>
      </tr>
      <tr class="values">
        {columns.published && <Value value={published} name="published" />}
        {columns.theory && <Value value={theory} name="theory" />}
        <Value value={ours} name="ours" />
        <td class={columns.theory ? "interval" : "interval number"}>{interval(row)}</td>
      </tr>
      {(quantile !== undefined || remark !== undefined) && (
        <tr>
          <td class="note" colSpan={width}>
            {quantile !== undefined && `${(100 * quantile).toFixed(1)} % of our draws lie below the published one. `}
            {remark}
          </td>
        </tr>
      )}
    </tbody>
  );
}

function Value({ value, name }: { value: number | string | undefined; name: string }) {
  return <td class={typeof value === "number" ? `${name} number` : name}>{short(value)}</td>;
}
