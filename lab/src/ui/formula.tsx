import { type ComponentChildren, toChildArray } from "preact";

/** Parts of MathML that the equations of the pages are made of. */

interface Within {
  readonly children: ComponentChildren;
}

/** A letter with an index, or with several: `<Indexed letter="w" by="ij" />` is w_ij. */
export function Indexed({ letter, by }: { readonly letter: string; readonly by: string }) {
  return (
    <msub>
      <mi>{letter}</mi>
      <mrow>
        {[...by].map((index) => (
          <mi key={index}>{index}</mi>
        ))}
      </mrow>
    </msub>
  );
}

/** A sum over what stands below it. */
export function Sum({ children }: Within) {
  return (
    <munder>
      <mo>∑</mo>
      <mrow>{children}</mrow>
    </munder>
  );
}

/** The first child over the second one. */
export function Fraction({ children }: Within) {
  const [over, under] = toChildArray(children);
  return (
    <mfrac>
      <mrow>{over}</mrow>
      <mrow>{under}</mrow>
    </mfrac>
  );
}

export const half = (
  <mfrac>
    <mn>1</mn>
    <mn>2</mn>
  </mfrac>
);

/** The first child to the power of the second one. */
export function Power({ children }: Within) {
  const [base, exponent] = toChildArray(children);
  return (
    <msup>
      <mrow>{base}</mrow>
      <mrow>{exponent}</mrow>
    </msup>
  );
}

/** It is a text, since an attribute that is `false` would be left out. */
const flat: object = { stretchy: "false" };

/** Brackets of one height. */
export function Brackets({ of = "()", children }: Within & { readonly of?: string }) {
  return (
    <mrow>
      <mo {...flat}>{of[0]}</mo>
      {children}
      <mo {...flat}>{of[1]}</mo>
    </mrow>
  );
}
