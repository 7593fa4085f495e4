/** A name in a program as words: "selfCoupling" is "Self coupling", "diederich-opper" is "Diederich-Opper". */
export function inWords(name: string): string {
  const spaced = name.replace(/([a-z\d])([A-Z])/g, (_, before, after) => `${before} ${after.toLowerCase()}`);
  return spaced.replace(/(^|-)([a-z])/g, (_, before, first) => before + first.toUpperCase());
}

/** With a capital and a full stop, unless it begins with a letter of a formula. */
export function sentence(text: string): string {
  const end = /[.!?]$/.test(text) ? "" : ".";
  return (/^[a-zA-Z]+\b(?!:)/.test(text) ? text[0].toUpperCase() + text.slice(1) : text) + end;
}

/** The headline of a page whose worker has stopped; the notice above it says why. */
export const stopped = { headline: "Stopped", detail: "", tone: "astray" } as const;

/** 1.6e-13 as 1.6 × 10⁻¹³. */
export function scientific(x: number): string {
  if (x === 0) return "0";
  const [digits, power] = x.toExponential(1).split("e");
  const raised = [...power.replace("+", "")].map((sign) => (sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(sign)])).join("");
  return `${digits}\u00a0×\u00a010${raised}`;
}

export function minus(text: string): string {
  return text.replace("-", "−");
}

export function grouped(count: number): string {
  return count.toLocaleString("en");
}
